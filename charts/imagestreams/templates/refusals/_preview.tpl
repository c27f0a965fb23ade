{{- define "imagestreams.refusals.preview" -}}
{{- if and .Values.preview.enabled (not (include "imagestreams.triggers" .)) }}
preview.enabled: previews tell what would be rolled out, and {{ .Values.controller.triggers | ternary "on OpenShift this installation rolls nothing out" "controller.triggers is false" }}; set it to false
{{- end }}
{{- if and .Values.preview.enabled (eq (int .Values.preview.port) (int .Values.controller.telemetryPort)) }}
preview.port: {{ .Values.preview.port }} is controller.telemetryPort, too; choose another
{{- end }}
{{- end -}}
