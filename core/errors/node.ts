import type { CatalogueEntry } from './error';

/** Errors of the room `node`: what reaches an operator through an item or a node of the canvas. */
export const nodeErrors = {
	'envelope-missing': {
		message:
			'No delivery was found for item {item}: neither in its field `delivery` nor on an earlier item it is linked to.',
		remedy:
			'Place this node after Due Deliveries or Idempotency Check, and keep item linking in the nodes between (a Code node must return `pairedItem`), or pass the field `delivery` along.',
	},
	'envelope-ambiguous': {
		message: 'Item {item} is linked to more than one delivery.',
		remedy:
			'A node before this one joined several items into one. Split them again before this node, or pass the field `delivery` along on each item.',
	},
	'linking-unavailable': {
		message:
			'This n8n offers no way to find which earlier items the items of this node are linked to, and they do not carry their deliveries themselves.',
		remedy:
			'Nothing was done with these items. Pass the field `delivery` along in every node before this one, and report this with the version of n8n.',
	},
	'envelope-unreadable': {
		message:
			'The field `delivery` of item {item} is no envelope of a delivery, and no earlier item it is linked to has one.',
		remedy:
			'Leave the field `delivery` as the nodes of this package wrote it, or remove it so that the linked one is used.',
	},
	'vendor-refuses-everybody': {
		message:
			"The spine '{spine}' was paused, because every delivery would meet the same: {reason} What is due stays due.",
		remedy:
			'Mend it at the vendor or in the credential, then resume the spine with the node Release (Spine: Resume). Deliveries of the open slot go on from their frozen input.',
	},
	'run-ungated': {
		message: "What runs of the spine '{spine}' is not what was released: {differences}.",
		remedy:
			'Nothing was delivered by this run, and what is due stays due for its slot. Release this version (node Release, Ship), or publish the released one again. With the spine’s setting Ungated Change on Report such a run is told and delivers.',
	},
	'run-changing-over': {
		message: "This run of the spine '{spine}' began under the version before the newest release.",
		remedy: 'Nothing to do: the next run of the released version delivers what is due.',
	},
	'run-not-comparable': {
		message:
			"This n8n does not tell what runs, so the spine '{spine}' cannot be compared with what was released.",
		remedy:
			'Nothing was delivered by this run. Report this with the version of n8n; until then the spine’s setting Ungated Change on Report lets it deliver.',
	},
	'run-by-hand': {
		message: "A person started this run of the live spine '{spine}' in the editor, and {reason}.",
		remedy:
			'Nothing was delivered by this run. To rehearse the draft, run the template Dry Run, or add yourself to the spine’s test recipients. To deliver it, release it (node Release, Ship) and leave the start to its trigger.',
	},
	'token-missing': {
		message: 'The delivery of item {item} was never claimed: it carries no token.',
		remedy: 'Route items through Idempotency Check (claim, then confirm before send) before they get here.',
	},
	'rehearsal-at-send': {
		message: 'The delivery of item {item} is a rehearsal, and this version of the node has no output for it.',
		remedy:
			'Nothing was sent. Replace Confirm Before Send by its version 2 (add the node again from the list) and lead its output “rehearse” to Delivery Commit, past the send; to send for real, set the spine to live with the node Release (Spine: Configure).',
	},
	'message-unfit': {
		message: 'The message of item {item} cannot be sent in a batch: {reason}.',
		remedy:
			"Correct the parameter 'Message' of Confirm Before Send: one JSON object for each item, as the provider takes it, to one recipient.",
	},
	'field-missing': {
		message: 'Item {item} has no usable value in its field `{field}`.',
		remedy: "Fill the field in a node before this one, or name another field in the parameter '{parameter}'.",
	},
	'field-unreadable': {
		message: 'The field `{field}` of item {item} cannot be used: {reason}',
		remedy:
			"Correct the value in a node before this one, or name another field in the parameter '{parameter}'.",
	},
	'parameter-unreadable': {
		message: "The parameter '{parameter}' cannot be used: {reason}",
		remedy: 'Open the node and correct the parameter; its description says what it accepts.',
	},
	'no-open-slot': {
		message: "The spine '{spine}' has no open slot now.",
		remedy:
			'Wait for the next slot, or widen the window of the spine with the node Release (Spine: Configure).',
	},
	'duplicate-in-batch': {
		message: 'Item {item} names the same delivery as item {other} of this batch.',
		remedy:
			'The earlier item goes on; this one needs nothing. Remove duplicates upstream if it should not have come.',
	},
	'outcome-unreadable': {
		message: 'Item {item} is no delivery event this node knows: {reason}',
		remedy:
			'Send Postmark webhooks of the record types Delivery, Bounce and SpamComplaint here, or set “Read Events As” to fields and name the “Outcome Field” and its values.',
	},
	'hubspot-credential-missing': {
		message: 'Outside writes are waiting, and this node has no HubSpot credential to flush them with.',
		remedy:
			'Choose a credential of the type Release Gate HubSpot API on this node, and run Flush Outbox again.',
	},
	'node-unexpected': {
		message: 'This node could not finish its work: {reason}',
		remedy:
			'Run it again; claims and commits that were recorded stay as they are. If it stays so, report it with the log of n8n.',
	},
	'ledger-credential-unreadable': {
		message: 'The Release Gate Ledger credential cannot be used: {reason}',
		remedy: 'Open the credential, correct the value and test it.',
	},
} as const satisfies Record<string, CatalogueEntry>;
