/** Under this name the API server keeps what the controller wrote to workloads apart from what users apply. */
export const fieldManager = 'imagestreams-controller';
