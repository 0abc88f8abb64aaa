import { channels, nothing } from './channels';
import { hiddenCode } from './code';
import { answers } from './answers';
import { copies } from './copies';
import { disguisedAddresses, disguisedCode, disguisedLosses, disguisedRecipients } from './disguises';
import { entries } from './entries';
import { gets } from './gets';
import { loops } from './loops';
import { losses } from './losses';
import { lossesInNodes } from './losses-in-nodes';
import { recipients } from './recipients';
import { recipientsBeside } from './recipients-beside';
import { retries } from './retries';
import { byHand, spines } from './spines';
import type { Foreign } from './table';
import { throwing } from './throwing';
import { time } from './time';

/** Workflows by somebody who did not write the rules, meant to be unsafe, by class. */
export const FOREIGN: readonly Foreign[] = [
	...loops,
	...losses,
	...lossesInNodes,
	...throwing,
	...gets,
	...copies,
	...time,
	...retries,
	...answers,
	...recipients,
	...recipientsBeside,
	...spines,
	...byHand,
	...entries,
	...hiddenCode,
	...channels,
	...nothing,
	...disguisedLosses,
	...disguisedRecipients,
	...disguisedAddresses,
	...disguisedCode,
];

const TEAM =
	'it tells the team, at a place that is fixed: no recipient of the spine is reached, and the audit says so';
const NEVER = 'nothing is claimed and nothing is sent; that mail goes is no part of what is proven';

/** Those that turned out to break nothing the audit promises, each with the reason. */
export const HARMLESS: Readonly<Record<string, string>> = {
	'leads back through a Wait for a call':
		'what waits behind it is not claimed, stays due, and the next run hands it out',
	"Slack's chat.postMessage": TEAM,
	"Slack's chat.scheduleMessage": TEAM,
	"Slack's conversations.open and me": TEAM,
	'a failed send declared as one to replay':
		'the ledger puts a confirmed send whose end is not known in doubt, whatever the node is told',
	'a failed send declared as one of generation to replay':
		'once its send was confirmed a failure counts as one of the send, whatever is chosen',
	'a replay chosen at run time': 'the ledger puts a confirmed send whose end is not known in doubt',
	'a rehearsal that is sent': 'only what left Release Gate by live comes to this confirmation',
	'a timeout longer than the lease':
		'the request has begun within the lease; what is over then is in doubt and not sent again',
	'Bcc chosen by the item': 'the report names the expression as an assumption, like that of the recipient',
	'an assistant of OpenAI': 'it calls only the tools that hang on the node, which are looked at',
	'a version nobody made': 'n8n does not run a version of a node that it does not have',
	'a comment in GitHub': TEAM,
	'a comment in Jira': TEAM,
	'a comment in ClickUp': TEAM,
	'an incident of PagerDuty': TEAM,
	'an alert of Signl4': TEAM,
	'a push of Pushover': TEAM,
	'a push of Pushbullet': TEAM,
	'a push of Pushcut': TEAM,
	'a comment of Notion': TEAM,
	'an update of monday': TEAM,
	'a draft of Gmail': 'a draft is not sent',
	'a comment of Asana': TEAM,
	'a comment of Linear': TEAM,
	'a resource left at its default': TEAM,
	'a connection to an input that does not exist': NEVER,
	'Due Deliveries that is off': NEVER,
	'a Filter that lets nothing through': NEVER,
	'a limit of none': NEVER,
};

/** Those that are still called proven although they can do harm; each is an assumption of docs/internals/audit-proof.md. */
export const KNOWN: Readonly<Record<string, string>> = {
	'an expression that takes time': 'expressions are taken to be evaluated at once',
};
