import type { CatalogueEntry } from './error';

/** Errors of the room `stability`. */
export const stabilityErrors = {
	'stability-source-failed': {
		message: 'A source of the stability check failed ({reason})',
		remedy: 'See the log of n8n for the cause. Until it can be read, no release becomes stable.',
	},
	'stability-not-shipped': {
		message: "Release '{release}' is {stage}, so there is nothing to watch yet",
		remedy: 'Promote it to deploying with the Release node first.',
	},
	'dry-run-label-unknown': {
		message: "Spine '{spine}' has no deliveries in the dry run '{run}'",
		remedy: 'Run the spine in dry run with this label, then assess it.',
	},
	'dry-run-workflow-missing': {
		message: 'There is no workflow to bind the evidence to',
		remedy: "Give the exported workflow (JSON) in the field that 'Workflow' names.",
	},
	'watch-no-n8n': {
		message: 'No n8n is named whose workflows are to be watched',
		remedy:
			'Choose a Release Gate n8n API credential in the node; its key needs the scopes workflow:list and execution:list.',
	},
	'ledger-not-named': {
		message: 'No ledger was named',
		remedy: 'Name one with --sqlite <file> or --postgres <url>.',
	},
} as const satisfies Record<string, CatalogueEntry>;
