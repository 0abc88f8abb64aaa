import { afterClaim, BASE, beforeSend, node, set } from '../edit';
import type { SpineNode } from '../spine';
import { attacks } from './attack';

const asked = (jsonBody: string): SpineNode =>
	node(
		'Ask',
		`${BASE}httpRequest`,
		{
			method: 'POST',
			url: 'https://api.openai.com/v1/chat/completions',
			sendBody: true,
			specifyBody: 'json',
			jsonBody,
			options: {},
		},
		{},
		4.2,
	);
const written = (value: string): SpineNode =>
	node(
		'Edit',
		`${BASE}set`,
		{
			assignments: { assignments: [{ id: 'text', name: 'text', type: 'string', value }] },
			includeOtherFields: true,
			options: {},
		},
		{},
		3.4,
	);
const mail = (text: string): string =>
	`={{ { To: $('Claim delivery').item.json.contact.properties.email, TextBody: ${text} } }}`;

/** 9: a mail to the right one, with what was written for another. The trial judges to whom a mail goes, and not what it says. */
export const contents = attacks(9, {
	'a text generated for the first contact': afterClaim(
		asked("={{ { input: $('Claim delivery').first().json.contact } }}"),
	),
	'a text generated for the last contact': afterClaim(asked('={{ { input: $input.last().json.contact } }}')),
	'a text generated for one of all': afterClaim(
		asked("={{ { input: $('Get due deliveries').all()[0].json.contact } }}"),
	),
	'fields of the first contact': afterClaim(
		written("=Hello {{ $('Claim delivery').first().json.contact.properties.firstname }}"),
	),
	'fields of the first contact after the confirmation': beforeSend(
		written("=Hello {{ $('Claim delivery').first().json.contact.properties.firstname }}"),
	),
	'the first text in every mail': set('Send email', {
		jsonBody: mail("$('Write text').first().json.text"),
	}),
	'the last text in every mail': set('Send email', { jsonBody: mail('$input.last().json.text') }),
});
