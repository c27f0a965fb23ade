{{- define "imagestreams.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* What all names begin with: the release's name, with the chart's if it is not in it. */ -}}
{{- define "imagestreams.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "imagestreams.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "imagestreams.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "imagestreams.webhook.name" -}}{{ include "imagestreams.fullname" . }}-webhook{{- end -}}

{{- define "imagestreams.controller.name" -}}{{ include "imagestreams.fullname" . }}-controller{{- end -}}

{{- /* Of the test's Pod and of the namespace that it plays in. */ -}}
{{- define "imagestreams.check.name" -}}{{ include "imagestreams.fullname" . }}-check{{- end -}}

{{- define "imagestreams.preview.name" -}}{{ include "imagestreams.fullname" . }}-preview{{- end -}}

{{- define "imagestreams.policyConfigMap" -}}{{ include "imagestreams.fullname" . }}-policy{{- end -}}

{{- define "imagestreams.kindsConfigMap" -}}{{ include "imagestreams.fullname" . }}-workload-kinds{{- end -}}

{{- /* The Secret that the webhook serves with. */ -}}
{{- define "imagestreams.certificateSecret" -}}
{{- .Values.certificates.secretName | default (printf "%s-tls" (include "imagestreams.webhook.name" .)) -}}
{{- end -}}

{{- /* The Secret with the authority's keys, which the controller alone can read. */ -}}
{{- define "imagestreams.authoritySecret" -}}{{ include "imagestreams.webhook.name" . }}-authority{{- end -}}

{{- /* The Secret that previews are served with: that of the webhook, whose certificate then names both Services, unless another is given. */ -}}
{{- define "imagestreams.previewSecret" -}}
{{- .Values.preview.secretName | default (include "imagestreams.certificateSecret" .) -}}
{{- end -}}
