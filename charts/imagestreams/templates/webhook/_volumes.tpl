{{- /* Are clients held to a certificate? */ -}}
{{- define "imagestreams.webhook.clientAuthority" -}}
{{- with .Values.webhook.clientAuthority }}{{ or .configMapName .secretName }}{{ end -}}
{{- end -}}

{{- define "imagestreams.webhook.volumeMounts" -}}
{{- if include "imagestreams.webhook.clientAuthority" .root }}
- name: client-authority
  mountPath: /etc/imagestreams/client-authority
  readOnly: true
{{- end }}
{{ include "imagestreams.volumeMounts" . }}
{{- end -}}

{{- /* Of a Secret that may hold the authority's key, too, nothing but certificates is mounted. */ -}}
{{- define "imagestreams.webhook.volumes" -}}
{{- if include "imagestreams.webhook.clientAuthority" .root }}
{{- with .values.clientAuthority }}
- name: client-authority
  {{- if .configMapName }}
  configMap:
    name: {{ .configMapName }}
  {{- else }}
  secret:
    secretName: {{ .secretName }}
  {{- end }}
    items:
      - key: {{ .key }}
        path: {{ .key }}
{{- end }}
{{- end }}
{{ include "imagestreams.volumes" . }}
{{- end -}}
