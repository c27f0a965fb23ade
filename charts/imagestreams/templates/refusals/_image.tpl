{{- /* A sentence a line, from the values. */ -}}
{{- define "imagestreams.refusals.image" -}}
{{- with .Values.image -}}
{{- if not .repository }}
image.repository: empty; name the repository of the image, without its registry
{{- else if regexMatch "[:@]" .repository }}
image.repository: {{ toRawJson .repository }} is more than a repository; write its registry, tag and digest to image.registry, image.tag and image.digest
{{- end }}
{{- if contains "/" (.registry | default "") }}
image.registry: {{ toRawJson .registry }} is more than HOST or HOST:PORT; write the path to image.repository, and no "https://"
{{- end }}
{{- end }}
{{- end -}}
