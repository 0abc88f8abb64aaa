/** Settings of a workflow that the public API takes on a save; it refuses others (openapi `workflowSettings`, n8n 2.40). */
export const knownSettings: ReadonlySet<string> = new Set([
	'saveExecutionProgress',
	'saveManualExecutions',
	'saveDataErrorExecution',
	'saveDataSuccessExecution',
	'executionTimeout',
	'errorWorkflow',
	'timezone',
	'executionOrder',
	'callerPolicy',
	'callerIds',
	'timeSavedPerExecution',
	'availableInMCP',
]);
