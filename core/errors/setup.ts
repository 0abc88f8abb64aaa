import type { CatalogueEntry } from './error';

/** Errors of the rooms `setup`, `doctor` and `upgrade`: what puts an installation in place, looks at it and renews it. */
export const setupErrors = {
	'rhythm-unreadable': {
		message: "The rhythm '{value}' cannot be read: {problem}.",
		remedy:
			"Write it like 'every 2 days at 9:00 New York', 'every Monday at 8:30 London' or 'every 6 hours'.",
	},
	'setup-n8n-unreachable': {
		message: 'n8n at {host} does not answer.',
		remedy:
			'Check the address and that n8n runs; from a container, localhost is the container itself. Then start init again: it goes on where it stopped.',
	},
	'setup-n8n-refused': {
		message: 'n8n refused to {what} ({status}: {reason}).',
		remedy:
			'A key needs every right on workflows, tags and credentials, and reads executions: make it under Settings, n8n API. Then start again: what is done is not done twice.',
	},
	'setup-n8n-odd': {
		message: 'What answers at {host} is not the public API of n8n.',
		remedy:
			'Give the address of the instance, e.g. https://n8n.example.com, and check that its public API is on (N8N_PUBLIC_API_DISABLED is not true).',
	},
	'setup-package-missing': {
		message: 'n8n does not have the nodes of this package, and was not made to install them: {reason}.',
		remedy:
			'Install it first: unpack the tarball into ~/.n8n/nodes/node_modules/n8n-nodes-release-gate of every main and worker and restart them (README, Into your own n8n), or Settings, Community nodes once it is in a registry. Then start init again.',
	},
	'setup-no-n8n-credential': {
		message: 'The installation is looked at through the API of n8n, and no n8n credential is chosen',
		remedy:
			'Choose a Release Gate n8n API credential in the node; its key lists workflows and credentials and reads executions.',
	},
	'setup-models-unreadable': {
		message: 'The list of models, which tells when one is shut down, cannot be read: {reason}.',
		remedy: 'Give what GET /v1/models of OpenAI answers, or check its key and address.',
	},
	'setup-answer-missing': {
		message: 'Nobody can be asked here, and {what} is not given.',
		remedy: 'Give it as {flag}, or run init at a terminal.',
	},
	'setup-answer-unusable': {
		message: "{what} cannot be '{value}': {problem}.",
		remedy: 'Give another one.',
	},
	'setup-file-unusable': {
		message: "The file '{file}' holds options that cannot be used: {problems}",
		remedy: 'Write each option of init under its own name, e.g. {"testContacts": "tess@example.com"}.',
	},
	'setup-webhook-silent': {
		message: 'The set-up workflow in n8n did not answer at {address} ({status}).',
		remedy:
			'If webhooks of this n8n have another address than its editor, give it as --webhooks. In queue mode see that workers run.',
	},
	'setup-step-failed': {
		message: 'n8n could not {what}: {reason}.',
		remedy:
			'Mend what it names, then start init again: what is done is not done twice. --undo takes it all back.',
	},
	'setup-contact-unknown': {
		message:
			'HubSpot knows no contact with the address that was given as number {number} of the test contacts.',
		remedy: 'Give the email addresses of contacts that exist, or make the contact in HubSpot first.',
	},
	'setup-record-unreadable': {
		message: "The record of the installation in '{file}' cannot be read.",
		remedy:
			'Put back the file from a copy. Without it init finds the workflows again by their names and tags; undo does not.',
	},
	'setup-nothing-done': {
		message: 'Nothing is written down in {folder} that could be taken back.',
		remedy: 'Run it in the folder in which init was run, or give that folder as --record.',
	},
} as const satisfies Record<string, CatalogueEntry>;
