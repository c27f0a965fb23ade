{{- define "imagestreams.webhook.certificateRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ include "imagestreams.certificateSecret" . }}]
  verbs: [list, watch]
{{- end -}}

{{- /* Of the controller in its own namespace: it keeps certificates, copies `ca.crt`, and serves previews. */ -}}
{{- define "imagestreams.controller.certificateRules" -}}
{{- $served := include "imagestreams.certificateSecret" . -}}
{{- $keeps := eq .Values.certificates.issuer "controller" -}}
{{- $copies := include "imagestreams.copiesAuthority" . -}}
{{- if $keeps }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames:
    - {{ $served }}
    - {{ include "imagestreams.authoritySecret" . }}
  verbs: [get, list, watch, update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
{{- else if $copies }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ $served }}]
  verbs: [get, list, watch]
{{- end }}
{{- if include "imagestreams.previews" . }}
{{- $preview := include "imagestreams.previewSecret" . }}
{{- if not (and (or $keeps $copies) (eq $preview $served)) }}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ $preview }}]
  verbs: [list, watch]
{{- end }}
{{- end }}
{{- end -}}

{{- define "imagestreams.controller.registrationRules" -}}
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  resourceNames: [{{ include "imagestreams.fullname" . }}]
  verbs: [get, list, watch, update]
{{- end -}}
