/** Settings of a workflow that the public API takes on a save; it refuses others (openapi `workflowSettings`, n8n 2.40). */
const knownSettings: ReadonlySet<string> = new Set([
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

/** Those of these settings that a save takes. */
export const settingsTaken = <Value>(settings: Readonly<Record<string, Value>>): Record<string, Value> =>
	Object.fromEntries(Object.entries(settings).filter(([key]) => knownSettings.has(key)));
