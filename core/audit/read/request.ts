/** Whether a node is n8n's HTTP Request, which fails item by item and says what it asks. Another package's may do anything. */
export const isRequest = (type: string): boolean => type === 'n8n-nodes-base.httpRequest';

/** Whether it is that, or its form as the tool of an agent. */
export const isRequestOrTool = (type: string): boolean =>
	isRequest(type) || type === 'n8n-nodes-base.httpRequestTool';
