/** The label by which an EndpointSlice says of which Service it is. */
export const SERVICE_LABEL = 'kubernetes.io/service-name';
