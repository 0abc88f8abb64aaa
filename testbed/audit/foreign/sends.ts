import { set } from '../edit';

import { type Change } from './table';

/** The address of the claimed delivery. */
export const OWN = "$('Claim delivery').item.json.contact.properties.email";

/** The send by another address, body and message id. */
export const bodied = (url: string, jsonBody: string, messageIdField: string): Change[] => [
	set('Send email', { url, jsonBody }),
	set('Commit delivery', { messageIdField }),
];
/** The send by Postmark. */
export const postmark = (more: Record<string, unknown>, messageIdField = 'MessageID'): Change[] => [
	set('Send email', { url: 'https://api.postmarkapp.com/email', jsonBody: `={{ { To: ${OWN} } }}`, ...more }),
	set('Commit delivery', { messageIdField }),
];
