{{- define "imagestreams.refusals.network" -}}
{{- with .Values.webhook.clientAuthority }}
{{- if and .configMapName .secretName }}
webhook.clientAuthority.secretName: {{ toRawJson .secretName }}, and webhook.clientAuthority.configMapName is {{ toRawJson .configMapName }}; name one of them
{{- end }}
{{- if and .names (not (or .configMapName .secretName)) }}
webhook.clientAuthority.names: not empty, but nobody vouches for them; name the authorities in webhook.clientAuthority.configMapName or secretName
{{- end }}
{{- end }}
{{- with .Values.networkPolicy }}
{{- range $name, $networks := dict "apiServer" .apiServer.addresses "registries" .registries.addresses }}
{{- range $networks }}
{{- if not (regexMatch "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/[0-9]{1,3}$" .) }}
networkPolicy.{{ $name }}.addresses: {{ toRawJson . }} is not a network, such as "10.0.0.0/8" or "fd00::/8"; of one address, too, a NetworkPolicy wants the length
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $ports := dict "apiServer" .apiServer.ports "dns" .dns.ports "registries" .registries.ports }}
{{- if and $.Values.networkPolicy.enabled (not $ports) }}
networkPolicy.{{ $name }}.ports: empty, which a NetworkPolicy takes for all; list them
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
