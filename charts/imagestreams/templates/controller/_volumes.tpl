{{- define "imagestreams.controller.volumeMounts" -}}
{{- with .values }}
{{- if .registryCA.configMapName }}
- name: registry-ca
  mountPath: /etc/imagestreams/registry-ca
  readOnly: true
{{- end }}
{{- if .mirrors }}
- name: mirrors
  mountPath: /etc/imagestreams/mirrors
  readOnly: true
{{- end }}
{{- if .credentials.secretName }}
- name: credentials
  mountPath: /etc/imagestreams/credentials
  readOnly: true
{{- end }}
{{- end }}
{{ include "imagestreams.volumeMounts" . }}
{{- end -}}

{{- define "imagestreams.controller.volumes" -}}
{{- if .values.registryCA.configMapName }}
- name: registry-ca
  configMap:
    name: {{ .values.registryCA.configMapName }}
{{- end }}
{{- if .values.mirrors }}
- name: mirrors
  configMap:
    name: {{ include "imagestreams.controller.name" .root }}
{{- end }}
{{- if .values.credentials.secretName }}
- name: credentials
  secret:
    secretName: {{ .values.credentials.secretName }}
{{- end }}
{{ include "imagestreams.volumes" . }}
{{- end -}}
