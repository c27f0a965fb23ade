{{- define "imagestreams.refusals.enforcement" -}}
{{- with .Values.enforcement.exceptions -}}
{{- range .imagePrefixes }}
{{- if not . }}
enforcement.exceptions.imagePrefixes: "" is the beginning of every image; name a registry or a repository, such as "mirror.example.com/base/"
{{- end }}
{{- end }}
{{- range .users }}
{{- if has . (list "" "*") }}
enforcement.exceptions.users: {{ toRawJson . }} is everybody or nobody; name users, such as "system:serviceaccount:ci:runner" or "robot-*"
{{- end }}
{{- end }}
{{- range .namespaces }}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" .) }}
enforcement.exceptions.namespaces: {{ toRawJson . }} is no name of a namespace; list each by its full name, without wildcards
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
