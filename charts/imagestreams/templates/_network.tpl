{{- define "imagestreams.network.tcp" -}}
ports:
  {{- range . }}
  - protocol: TCP
    port: {{ . }}
  {{- end }}
{{- end -}}

{{- /* Networks, from a dict of `key` (`from` or `to`) and `addresses`. Nothing, and so all, where there are none. */ -}}
{{- define "imagestreams.network.addresses" -}}
{{- if .addresses }}
{{ .key }}:
  {{- range .addresses }}
  - ipBlock:
      cidr: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- /* What both may be asked, and whom both may ask, from a dict of `values` (of the component) and `root`. */ -}}
{{- define "imagestreams.network.telemetry" -}}
- {{- include "imagestreams.network.tcp" (list .values.telemetryPort) | nindent 2 }}
  {{- with .root.Values.networkPolicy.telemetry.from }}
  from:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "imagestreams.network.apiServer" -}}
- {{- include "imagestreams.network.tcp" .ports | nindent 2 }}
  {{- include "imagestreams.network.addresses" (dict "key" "to" "addresses" .addresses) | indent 2 }}
{{- end -}}

{{- define "imagestreams.network.dns" -}}
- ports:
    {{- range $port := .ports }}
    {{- range list "UDP" "TCP" }}
    - protocol: {{ . }}
      port: {{ $port }}
    {{- end }}
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- /* A NetworkPolicy of a component, from a dict of `component`, `values` (of the component), `ingress` and `egress` (lists of what it has beside) and `root`. */ -}}
{{- define "imagestreams.network.policy" -}}
{{- $given := .root.Values.networkPolicy -}}
{{- $ingress := append .ingress (include "imagestreams.network.telemetry" .) -}}
{{- $egress := concat (list (include "imagestreams.network.apiServer" $given.apiServer) (include "imagestreams.network.dns" $given.dns)) .egress -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include (printf "imagestreams.%s.name" .component) .root }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "imagestreams.componentLabels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "imagestreams.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- join "\n" $ingress | nindent 4 }}
    {{- with $given.extraIngress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  egress:
    {{- join "\n" $egress | nindent 4 }}
    {{- with $given.extraEgress }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
