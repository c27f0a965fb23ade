{{- /* Of an object that monitoring finds, but for its name, from a dict of `settings` (namespace, labels, annotations) and `root`. */ -}}
{{- define "imagestreams.monitoring.metadata" -}}
namespace: {{ .settings.namespace | default .root.Release.Namespace }}
labels:
  {{- include "imagestreams.labels" .root | nindent 2 }}
  {{- with .settings.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .settings.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
