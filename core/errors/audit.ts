import type { CatalogueEntry } from './error';

/** Errors of the room `audit`. */
export const auditErrors = {
	'published-ungated': {
		message: "What is published of the spine '{spine}' is not what was released: {differences}",
		remedy:
			'Release it (node Release, Ship), or publish the released version again. Until then the spine holds its live deliveries, unless its settings say report.',
	},
	'audit-not-a-workflow': {
		message: '{source} is not an n8n workflow: {detail}.',
		remedy: "Pass an exported workflow: an object with 'nodes' and 'connections', or a list of such objects.",
	},
	'audit-duplicate-node': {
		message: "{source} has two nodes named '{node}'.",
		remedy: 'Open the workflow in the editor, rename one of the two nodes and export it again.',
	},
	'audit-broken-connection': {
		message: "{source} has a connection from '{from}' to '{to}', and one of the two nodes does not exist.",
		remedy: 'Open the workflow in the editor, save it and export it again; a node was removed by hand.',
	},
	'audit-bad-policy': {
		message: 'The audit policy {source} cannot be used: {detail}.',
		remedy: "See 'Declaring nodes and hosts' in docs/guide/audit.md for the form of a policy.",
	},
	'audit-no-files': {
		message: 'No workflow file was given.',
		remedy: 'Name at least one exported workflow, e.g. audit workflows/*.json.',
	},
	'audit-no-n8n': {
		message: 'No n8n is named whose workflows are to be read',
		remedy:
			"Choose a Release Gate n8n API credential in the node; its key needs the scopes 'workflow:read' and 'workflow:list'.",
	},
	'audit-n8n-unreachable': {
		message: 'The n8n instance did not answer at {host}.',
		remedy: "Check the 'Base URL' of the credential and that the instance runs.",
	},
	'audit-n8n-refused': {
		message: 'The n8n instance refused the request with status {status}.',
		remedy: "Check the API key of the credential: it needs the scopes 'workflow:read' and 'workflow:list'.",
	},
	'audit-n8n-unknown-workflow': {
		message: "The n8n instance has no workflow with the id '{id}'.",
		remedy: 'Take the id from the address of the workflow in the editor.',
	},
	'audit-n8n-odd-answer': {
		message: 'The n8n instance answered with something other than a workflow list.',
		remedy: "Set the 'Base URL' of the credential to the public API, e.g. https://n8n.example.com/api/v1.",
	},
} as const satisfies Record<string, CatalogueEntry>;
