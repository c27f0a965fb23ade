{{- /*
A role and its binding to a component's account, from a dict of `component`, `rules`, `root`, and `namespace` (none for the whole cluster)
and `name` (the component's if absent). Nothing where there are no rules.
*/ -}}
{{- define "imagestreams.role" -}}
{{- $account := include (printf "imagestreams.%s.name" .component) .root -}}
{{- $name := .name | default $account -}}
{{- $kind := empty .namespace | ternary "ClusterRole" "Role" -}}
{{- if trim .rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "imagestreams.componentLabels" . | nindent 4 }}
rules:
  {{- trim .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ $name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "imagestreams.componentLabels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    name: {{ $account }}
    namespace: {{ .root.Release.Namespace }}
{{- end }}
{{- end -}}
