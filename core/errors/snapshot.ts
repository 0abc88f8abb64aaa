import type { CatalogueEntry } from './error';

/** Errors of the room `snapshot`. */
export const snapshotErrors = {
	'snapshot-unknown': {
		message: "There is no snapshot '{snapshot}' in this ledger",
		remedy: 'List the snapshots with Rollback Snapshot (List) and use one of their ids.',
	},
	'snapshot-incomplete': {
		message: "The snapshot '{snapshot}' was never finished",
		remedy: 'Run the same capture again: it goes on where it stopped.',
	},
	'snapshot-none-for-release': {
		message: "No complete snapshot was captured for the release '{release}'",
		remedy: 'Run Rollback Snapshot (Capture) for the release before it is applied.',
	},
	'snapshot-busy': {
		message: "Somebody else is working on '{id}' at the same time",
		remedy: 'Wait for the other run to end, then run this one again; it goes on where the other stopped.',
	},
	'snapshot-other-scope': {
		message: "The snapshot '{snapshot}' was begun with other properties, workflows or spine",
		remedy: 'Finish it with the same parameters, or capture under another id.',
	},
	'snapshot-part-lost': {
		message: "A part of the snapshot '{snapshot}' is missing in the ledger ({part})",
		remedy:
			'Restore the ledger from its own backup, or capture anew; nothing was restored from this snapshot.',
	},
	'snapshot-bytes-damaged': {
		message: 'Stored bytes of a snapshot cannot be read',
		remedy: 'Restore the ledger from its own backup, or capture anew.',
	},
	'snapshot-bytes-locked': {
		message: 'The snapshot was captured under an encryption key that this ledger credential does not hold',
		remedy: 'Put the key it was captured with into the Release Gate Ledger credential.',
	},
	'snapshot-no-hubspot': {
		message: 'This snapshot needs HubSpot, and no HubSpot credential is chosen',
		remedy: 'Choose a Release Gate HubSpot API credential in the node.',
	},
	'snapshot-no-n8n': {
		message: 'This snapshot holds workflows, and no n8n credential is chosen',
		remedy:
			'Choose a Release Gate n8n API credential in the node; its key needs workflow:read, workflow:update, workflow:activate (and workflow:create, workflow:delete for drills).',
	},
	'snapshot-read-failed': {
		message: '{count contact} could not be read ({reason})',
		remedy: 'Run it again: it goes on where it stopped, and nothing is captured twice.',
	},
	'snapshot-workflow-unknown': {
		message: "The instance has no workflow '{workflow}'",
		remedy: 'Copy the id from the address of the workflow in the editor.',
	},
	'snapshot-in-use': {
		message: "The snapshot '{snapshot}' is kept: {reason}",
		remedy: 'Close or roll back its release first.',
	},
	'changes-unreadable': {
		message: 'The change list has {count problem}: {problems}',
		remedy: 'Mend these fields; docs/guide/snapshots.md shows a whole change list.',
	},
	'changes-not-captured': {
		message: "The change list touches {what}, which the snapshot '{snapshot}' does not hold",
		remedy: 'Capture it first, so that it can be put back; nothing was changed.',
	},
	'changes-differ': {
		message: "The release '{release}' was begun with another change list",
		remedy: 'Apply the list it was begun with, or roll it back and open a new release.',
	},
	'changes-refused': {
		message: 'A change of {object} was refused: {reason}',
		remedy: 'Correct the change, or roll the release back; what was written so far is in its journal.',
	},
	'release-rolled-back': {
		message: "The release '{release}' was rolled back",
		remedy: 'Open a new release with a new id; a rolled back one is not applied again.',
	},
	'release-not-applied': {
		message:
			"The release '{release}' has written nothing through this ledger, so there is nothing to put back",
		remedy:
			'Apply releases with Rollback Snapshot (Apply Release): only journalled writes can be told from later edits.',
	},
	'rollback-target-unproven': {
		message: "The release '{target}' never reached stable, so it is no state to go back to",
		remedy: '{lastGood}',
	},
	'n8n-unreachable': {
		message: 'The n8n instance at {host} could not be reached',
		remedy: 'Check the base URL of the n8n credential and run it again; it goes on where it stopped.',
	},
	'n8n-refused': {
		message: 'n8n refused {what} (status {status}): {reason}',
		remedy: 'Check the scopes of the API key and the workflow, then run it again.',
	},
	'n8n-review-open': {
		message: 'n8n did not {what}: a review of the workflow is open, and n8n publishes nothing meanwhile',
		remedy: 'Close the review in n8n, or submit this version to it, then run this again.',
	},
	'n8n-odd-answer': {
		message: 'n8n gave an answer to {what} that cannot be read',
		remedy: 'Check that the base URL ends in /api/v1 and points at n8n itself.',
	},
	'n8n-publish-unproven': {
		message: "n8n was asked to publish version {wanted} of '{workflow}', but {found} is active",
		remedy: 'Open the workflow in the editor, publish the version by hand, then run this again.',
	},
	'drill-no-test-contacts': {
		message: 'The drill has no test contacts',
		remedy:
			'Name test contacts in the node, or as test recipients of the spine: a drill never touches others.',
	},
} as const satisfies Record<string, CatalogueEntry>;
