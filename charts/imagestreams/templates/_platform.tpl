{{- /*
Is it OpenShift, which serves image streams itself? That the group is served does not tell: after the first installation it is this
chart's own CRD. OpenShift's API server for image streams serves projects, too, and nothing else does.
*/ -}}
{{- define "imagestreams.onOpenShift" -}}
{{- if eq .Values.platform "openshift" -}}
true
{{- else if eq .Values.platform "auto" -}}
{{- if and (.Capabilities.APIVersions.Has "image.openshift.io/v1") (.Capabilities.APIVersions.Has "project.openshift.io/v1") -}}
true
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Are image streams this installation's own, to define, import and review? */ -}}
{{- define "imagestreams.ownStreams" -}}
{{- if not (include "imagestreams.onOpenShift" .) -}}true{{- end -}}
{{- end -}}

{{- /* OpenShift rolls workloads out itself. */ -}}
{{- define "imagestreams.triggers" -}}
{{- if and .Values.controller.triggers (include "imagestreams.ownStreams" .) -}}true{{- end -}}
{{- end -}}

{{- /* Does the controller copy `ca.crt` of a Secret that somebody else made? */ -}}
{{- define "imagestreams.copiesAuthority" -}}
{{- if and (eq .Values.certificates.issuer "secret") (not .Values.certificates.caBundle) -}}true{{- end -}}
{{- end -}}

{{- /* There is nothing to do for the controller where others keep streams and certificates. */ -}}
{{- define "imagestreams.hasController" -}}
{{- if or (include "imagestreams.ownStreams" .) (eq .Values.certificates.issuer "controller") (include "imagestreams.copiesAuthority" .) -}}true{{- end -}}
{{- end -}}

{{- /* Are previews served? They are about what this installation would roll out. */ -}}
{{- define "imagestreams.previews" -}}
{{- if and .Values.preview.enabled (include "imagestreams.triggers" .) -}}true{{- end -}}
{{- end -}}
