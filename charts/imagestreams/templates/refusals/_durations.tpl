{{- /* Milliseconds of a duration such as `1h30m`; nothing for what is none. As src/imagestream reads them. */ -}}
{{- define "imagestreams.milliseconds" -}}
{{- $units := dict "h" 3600000 "m" 60000 "s" 1000 "ms" 1 -}}
{{- if regexMatch "^([0-9]+(\\.[0-9]+)?(h|ms|m|s))+$" . -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9.]+(h|ms|m|s)" . -1 -}}
{{- $sum = addf $sum (mulf (regexFind "^[0-9.]+" . | float64) (get $units (regexFind "[a-z]+" .))) -}}
{{- end -}}
{{- int64 $sum -}}
{{- end -}}
{{- end -}}

{{- define "imagestreams.refusals.durations" -}}
{{- $durations := dict
  "controller.importInterval" .Values.controller.importInterval
  "imageStreams.minimumImportInterval" .Values.imageStreams.minimumImportInterval
  "certificates.certificateLifetime" .Values.certificates.certificateLifetime
  "certificates.authorityLifetime" .Values.certificates.authorityLifetime
  "certificates.trustDelay" .Values.certificates.trustDelay
  "certificates.certManager.duration" .Values.certificates.certManager.duration -}}
{{- range $path, $seen := $durations -}}
{{- if lt (include "imagestreams.milliseconds" ($seen | default "") | int64) 1000 }}
{{ $path }}: {{ toRawJson $seen }} is no duration of at least a second; write numbers with the units h, m and s, such as "90s" or "1h30m"
{{- end -}}
{{- end -}}
{{- end -}}
