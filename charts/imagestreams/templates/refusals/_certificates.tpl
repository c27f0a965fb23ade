{{- define "imagestreams.refusals.certificates" -}}
{{- with .Values.certificates -}}
{{- if and (eq .issuer "secret") (not .secretName) }}
certificates.secretName: empty, and certificates.issuer is "secret"; name the Secret that holds tls.crt, tls.key and ca.crt
{{- end }}
{{- if and .caBundle (ne .issuer "secret") }}
certificates.caBundle: given, and certificates.issuer is {{ toRawJson .issuer }}, by whom it is filled in; remove it, or set that to "secret"
{{- end }}
{{- if and .certManager.issuerRef (not .certManager.issuerRef.name) }}
certificates.certManager.issuerRef.name: missing; name the Issuer or ClusterIssuer
{{- end }}
{{- $serving := include "imagestreams.milliseconds" (.certificateLifetime | default "") | int64 }}
{{- $authority := include "imagestreams.milliseconds" (.authorityLifetime | default "") | int64 }}
{{- $delay := include "imagestreams.milliseconds" (.trustDelay | default "") | int64 }}
{{- if or (not $serving) (not $authority) (not $delay) }}
{{- else if lt $serving (mul 4 $delay) }}
certificates.certificateLifetime: {{ toRawJson .certificateLifetime }} does not fit to certificates.trustDelay {{ toRawJson .trustDelay }}; the serving certificate has to live four times as long as a new authority waits to be trusted
{{- else if lt $authority (mul 2 (add $serving $delay)) }}
certificates.authorityLifetime: {{ toRawJson .authorityLifetime }} does not fit to certificates.certificateLifetime {{ toRawJson .certificateLifetime }}; the authority has to live twice as long as the serving certificate, and twice as long as a new one waits to be trusted besides
{{- end }}
{{- end }}
{{- end -}}
