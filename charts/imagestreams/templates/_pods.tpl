{{- define "imagestreams.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end -}}
{{- .repository -}}
{{- if .digest -}}@{{ .digest }}{{- else -}}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- /* What the pods of both Deployments have, from a dict of `component`, `values` (of the component) and `root`. */ -}}
{{- define "imagestreams.podTemplate.metadata" -}}
{{- $kinds := include "imagestreams.kindsConfigMap.data" .root -}}
labels:
  {{- include "imagestreams.componentLabels" . | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $annotations := .values.podAnnotations -}}
{{- if .root.Values.workloadKinds }}
{{- /* read when a process starts */ -}}
{{- $annotations = merge (dict "checksum/workload-kinds" (sha256sum $kinds)) $annotations }}
{{- end }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "imagestreams.podTemplate.common" -}}
serviceAccountName: {{ include (printf "imagestreams.%s.name" .component) .root }}
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
affinity:
  {{- if .values.affinity }}
  {{- toYaml .values.affinity | nindent 2 }}
  {{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "imagestreams.selectorLabels" . | nindent 14 }}
  {{- end }}
{{- $selector := include "imagestreams.selectorLabels" . }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  {{- $own := dict "labelSelector" (dict "matchLabels" ($selector | fromYaml)) "matchLabelKeys" (list "pod-template-hash") }}
  - {{- toYaml (hasKey . "labelSelector" | ternary . (merge (dict) . $own)) | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "imagestreams.container.common" -}}
image: {{ include "imagestreams.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
env:
  - name: POD_IP
    valueFrom:
      fieldRef:
        fieldPath: status.podIP
  {{- with concat (.root.Values.extraEnv | default list) (.values.extraEnv | default list) }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
startupProbe:
  httpGet:
    path: /livez
    port: telemetry
  periodSeconds: 1
  failureThreshold: 60
# any answer shows that the event loop turns
livenessProbe:
  httpGet:
    path: /livez
    port: telemetry
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
  # a loop that does not turn hears of no SIGTERM
  terminationGracePeriodSeconds: 5
# no answer within the time that the API server gives a review
readinessProbe:
  httpGet:
    path: /readyz
    port: telemetry
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end -}}

{{- define "imagestreams.kindsConfigMap.data" -}}
{{- toYaml (dict "kinds" .Values.workloadKinds) -}}
{{- end -}}

{{- /* Command line of what both processes have to agree on. */ -}}
{{- define "imagestreams.sharedArgs" -}}
- --telemetry-host=$(POD_IP)
- --telemetry-port={{ .values.telemetryPort }}
- --log-level={{ .root.Values.logLevel }}
- --import-mode={{ .root.Values.imageStreams.importMode }}
- --max-stream-bytes={{ int64 .root.Values.imageStreams.maxStreamBytes }}
- --minimum-import-interval={{ .root.Values.imageStreams.minimumImportInterval }}
{{- with .root.Values.tracing.endpoint }}
- --tracing-endpoint={{ . }}
- --tracing-sampling-per-million={{ int64 $.root.Values.tracing.samplingPerMillion }}
{{- end }}
{{- with .root.Values.imageStreams.integratedRegistry }}
- --integrated-registry={{ . }}
{{- end }}
{{- if .root.Values.workloadKinds }}
- --workload-kinds=/etc/imagestreams/workload-kinds/kinds.yaml
{{- end }}
{{- end -}}

{{- define "imagestreams.volumeMounts" -}}
{{- if .root.Values.workloadKinds }}
- name: workload-kinds
  mountPath: /etc/imagestreams/workload-kinds
  readOnly: true
{{- end }}
{{- with .values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "imagestreams.volumes" -}}
{{- if .root.Values.workloadKinds }}
- name: workload-kinds
  configMap:
    name: {{ include "imagestreams.kindsConfigMap" .root }}
{{- end }}
{{- with .values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
