{{- define "imagestreams.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "imagestreams.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: imagestreams
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Of a component, from a dict of `component` and `root`. */ -}}
{{- define "imagestreams.componentLabels" -}}
{{ include "imagestreams.labels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- /* What never changes of them. */ -}}
{{- define "imagestreams.selectorLabels" -}}
app.kubernetes.io/name: {{ include "imagestreams.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}
