{{- define "imagestreams.refusals.registries" -}}
{{- with .Values.controller -}}
{{- range $name, $networks := dict "allowAddresses" .allowAddresses "denyAddresses" .denyAddresses }}
{{- range $networks }}
{{- if not (regexMatch "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(/[0-9]{1,3})?$" .) }}
controller.{{ $name }}: {{ toRawJson . }} is not a network, such as "10.0.0.0/8" or "fd00::/8"
{{- end }}
{{- end }}
{{- end }}
{{- range $index, $rule := .mirrors }}
{{- $places := dict "source" $rule.source }}
{{- range $each, $mirror := $rule.mirrors }}
{{- $_ := set $places (printf "mirrors[%d]" $each) (kindIs "string" $mirror | ternary $mirror (get (kindIs "map" $mirror | ternary $mirror dict) "location")) }}
{{- end }}
{{- range $name, $place := $places }}
{{- if not (regexMatch "^(\\*\\.)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9._/-]+)?$" $place) }}
controller.mirrors[{{ $index }}].{{ $name }}: {{ toRawJson $place }} must be HOST[:PORT][/PATH] or *.HOST, without "https://"
{{- end }}
{{- end }}
{{- end }}
{{- if and .credentials.secretName (not .credentials.namespaces) }}
controller.credentials.namespaces: empty, so that no stream may use controller.credentials.secretName {{ toRawJson .credentials.secretName }}; list namespaces, or "*" for all
{{- end }}
{{- if and .credentials.namespaces (not .credentials.secretName) }}
controller.credentials.secretName: empty, and controller.credentials.namespaces are to use what is in it; name the Secret
{{- end }}
{{- if and .pullSecrets.namespaces (ne .pullSecrets.from "namespaces") }}
controller.pullSecrets.namespaces: not empty, and controller.pullSecrets.from is {{ toRawJson .pullSecrets.from }}; set that to "namespaces", or list none here
{{- end }}
{{- if and (eq .pullSecrets.from "namespaces") (not .pullSecrets.namespaces) }}
controller.pullSecrets.namespaces: empty, and controller.pullSecrets.from is "namespaces"; list them, or set that to "none"
{{- end }}
{{- end }}
{{- range $name, $registries := dict "allowedRegistries" .Values.imageStreams.allowedRegistries "allowedInsecureRegistries" .Values.imageStreams.allowedInsecureRegistries }}
{{- range $registries }}
{{- if contains "/" . }}
imageStreams.{{ $name }}: {{ toRawJson . }} is more than HOST or HOST:PORT; leave out "https://" and the path
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
