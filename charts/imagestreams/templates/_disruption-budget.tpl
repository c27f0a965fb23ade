{{- /* How many pods of a component a node drain may take away, from a dict of `component`, `values` and `root`. */ -}}
{{- define "imagestreams.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include (printf "imagestreams.%s.name" .component) .root }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "imagestreams.componentLabels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  # a pod that is not ready serves nobody, and must not hold a drain up
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "imagestreams.selectorLabels" . | nindent 6 }}
{{- end -}}
