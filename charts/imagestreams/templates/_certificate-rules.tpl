{{- define "imagestreams.webhook.certificateRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "imagestreams.certificateSecret" . }}]
  verbs: [list, watch]
{{- end -}}

{{- define "imagestreams.controller.certificateRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames:
    - {{ include "imagestreams.certificateSecret" . }}
    - {{ include "imagestreams.authoritySecret" . }}
  verbs: [get, list, watch, update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
{{- end -}}

{{- define "imagestreams.controller.registrationRules" -}}
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  resourceNames: [{{ include "imagestreams.fullname" . }}]
  verbs: [get, list, watch, update]
{{- end -}}
