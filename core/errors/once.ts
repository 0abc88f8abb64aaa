import type { CatalogueEntry } from './error';

/** Errors of the room `once`: keys that are to be done once. */
export const onceErrors = {
	'once-key-too-long': {
		message: 'The key beginning "{prefix}" is {bytes} bytes long; at most {limit} are allowed.',
		remedy: 'Name fewer or shorter fields; an id such as that of the event or the order is best.',
	},
	'once-key-missing': {
		message: 'Item {item} has nothing to tell it by: {field} is empty.',
		remedy:
			"Name a field that every item has in the parameter 'Key', or filter such items out before this node. Without a key nobody can know whether it was done.",
	},
	'once-key-unusable': {
		message: 'The key of item {item} cannot be used: {reason}',
		remedy: "Mend the value in a node before this one, or choose another 'Key'.",
	},
	'once-content-unreadable': {
		message: 'The content of item {item} cannot be compared: it is not JSON.',
		remedy: "Name the fields that must stay the same in 'Compare Content', or do not compare.",
	},
	'once-other-content': {
		message: 'The key {key} came before, with other content.',
		remedy:
			"Look which of the two is right: one id was probably used for two things. If parts of the content may differ (a time, a counter), compare only the fields that must not, or switch 'Compare Content' off.",
	},
	'once-in-flight': {
		message: 'The key {key} is being worked on by {owner} until {until}.',
		remedy:
			'Nothing has to be done: it comes to an end there. If that run was cut off, the key is in doubt from then on.',
	},
	'once-in-doubt': {
		message: 'Nobody knows how the key {key} ended: {owner} began it and never reported back.',
		remedy:
			'Look at the receiving system whether it was done. Then settle it with the node Delivery Commit, operation Complete Key (it was) or Give Key Back (it was not), with “Which Keys” set to named ones.',
	},
	'once-twice-in-batch': {
		message: 'Item {item} has the same key as item {other} of this batch.',
		remedy: 'The earlier item goes on; this one needs nothing.',
	},
	'once-claim-missing': {
		message: 'No key claim was found for item {item}: neither on it nor on an earlier item it is linked to.',
		remedy:
			'Place this node after Idempotency Check (Claim Key), and keep item linking in the nodes between (a Code node must return `pairedItem`), or pass the field `keyClaim` along.',
	},
	'once-not-granted': {
		message: 'The key {key} of item {item} was not granted to this run.',
		remedy: 'Lead only the outputs “first time” and “in doubt” of Claim Key here.',
	},
	'once-claim-ambiguous': {
		message: 'Item {item} is linked to more than one key claim.',
		remedy:
			'A node before this one joined several items into one. Split them again, or pass the field `keyClaim` along on each item.',
	},
	'once-unknown-key': {
		message: 'The scope {scope} has no key {key}.',
		remedy: 'Check scope and key; a key is forgotten once the time it is remembered for has passed.',
	},
	'once-lease-lost': {
		message: 'The key {key} was claimed by another run since, or its claim was given back.',
		remedy:
			'Nothing was recorded for this item. Look at the receiving system whether it was done twice, and give the claim a longer lease.',
	},
	'once-already-done': {
		message: 'The key {key} was completed before; it cannot be given back.',
		remedy: 'Leave it as it is. To do it again on purpose, use another key.',
	},
	'once-not-in-doubt': {
		message: 'The key {key} is {state}; only a key in doubt can be settled by name.',
		remedy: 'Nothing has to be done. Use the claim of the item for a key that is being worked on.',
	},
	'once-work-failed': {
		message: 'Item {item} holds the failure of the node before it; its key {key} is not recorded as done.',
		remedy:
			'Set “On Error” of that node to “Continue (using error output)” and lead this output to Delivery Commit, Give Key Back: it reads from the failure whether anything happened. The key stays claimed until its lease is over; from then on it is in doubt.',
	},
	'once-result-too-large': {
		message: 'The result of the key {key} has {bytes} bytes; {limit} can be kept.',
		remedy:
			'The key is done and stays so, without a result. Name the fields that a second call needs in “Result Fields”.',
	},
	'once-result-unreadable': {
		message: 'The result of the key {key} is not JSON.',
		remedy: 'The key is done and stays so, without a result. Name the fields to keep in “Result Fields”.',
	},
} as const satisfies Record<string, CatalogueEntry>;
