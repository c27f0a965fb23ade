{{- define "imagestreams.refusals.webhook" -}}
{{- with .Values.webhook -}}
{{- if eq (int .port) (int .telemetryPort) }}
webhook.telemetryPort: {{ .telemetryPort }} is webhook.port, too; choose another
{{- end }}
{{- if .hostNetwork }}
{{- range $name, $port := dict "port" .port "telemetryPort" .telemetryPort }}
{{- if has (int $port) (list 22 2379 2380 4240 6443 9099 10248 10249 10250 10255 10256 10257 10259) }}
webhook.{{ $name }}: {{ $port }} is in use on nodes of Kubernetes, and webhook.hostNetwork is set; choose a port that is free there
{{- end }}
{{- end }}
{{- end }}
{{- if .autoscaling.enabled }}
{{- if gt (int .autoscaling.minReplicas) (int .autoscaling.maxReplicas) }}
webhook.autoscaling.minReplicas: {{ .autoscaling.minReplicas }} is more than the {{ .autoscaling.maxReplicas }} of webhook.autoscaling.maxReplicas; lower it, or raise the other
{{- end }}
{{- if not (dig "requests" "cpu" "" (.resources | default dict)) }}
webhook.resources.requests.cpu: not set, and webhook.autoscaling.targetCPUUtilizationPercentage is a part of it; set it, such as "50m"
{{- end }}
{{- end }}
{{- range .excludedNamespaces }}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" .) }}
webhook.excludedNamespaces: {{ toRawJson . }} is no name of a namespace; list each by its full name, without wildcards
{{- end }}
{{- end }}
{{- end }}
{{- range $component := tuple "webhook" "controller" }}
{{- with (index $.Values $component).podDisruptionBudget.maxUnavailable }}
{{- if not (regexMatch "^([0-9]+|[0-9]+%)$" (toString .)) }}
{{ $component }}.podDisruptionBudget.maxUnavailable: {{ toRawJson . }} is neither a number nor a percentage, such as 1 or "50%"
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.monitoring.serviceMonitor }}
{{- if and .interval .scrapeTimeout }}
{{- if gt (include "imagestreams.milliseconds" .scrapeTimeout | int64) (include "imagestreams.milliseconds" .interval | int64) }}
monitoring.serviceMonitor.scrapeTimeout: {{ toRawJson .scrapeTimeout }} is longer than the {{ toRawJson .interval }} of monitoring.serviceMonitor.interval; shorten it
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
