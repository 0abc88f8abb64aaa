import { foreign, type Change } from './table';
import { OWN, postmark } from './sends';

const to = (expression: string): Change[] =>
	postmark({ jsonBody: `={{ { To: ${expression}, TextBody: 'x' } }}` });
/** 9: expressions that name a constant, or somebody else. */
export const recipients = foreign(9, {
	'a constant behind a comma': ['all mail to one person', ...to(`(${OWN}, 'boss@example.com')`)],
	'a constant behind &&': ['all mail to one person', ...to(`${OWN} && 'boss@example.com'`)],
	'a constant before ||': ['all mail to one person', ...to(`'boss@example.com' || ${OWN}`)],
	'a constant where there is none': [
		'mail of those without an address to one person',
		...to(`${OWN} ?? 'boss@example.com'`),
	],
	'a constant by replace': ['all mail to one person', ...to(`${OWN}.replace(/.*/, 'boss@example.com')`)],
	'a constant by slice': ['all mail to one person', ...to(`${OWN}.slice(0, 0) + 'boss@example.com'`)],
	'a constant by length': ['all mail to one person', ...to("'boss+' + " + OWN + ".length + '@example.com'")],
	'a constant out of a list': ['all mail to one person', ...to(`[${OWN}, 'boss@example.com'][1]`)],
	'a constant out of an object': [
		'all mail to one person',
		...to(`({ a: ${OWN}, b: 'boss@example.com' }).b`),
	],
	'a constant from a function': ['all mail to one person', ...to(`((email) => 'boss@example.com')(${OWN})`)],
	'a constant by $if': ['all mail to one person', ...to(`$if(true, 'boss@example.com', ${OWN})`)],
	'a constant by $ifEmpty': ['mail of some to one person', ...to(`$ifEmpty(${OWN}, 'boss@example.com')`)],
	'a constant in a template': [
		'a copy of all mail to one person',
		...to('`${' + OWN + '},boss@example.com`'),
	],
	'a constant joined': ['a copy of all mail to one person', ...to(`${OWN} + ', boss@example.com'`)],
	'a list with a second one': [
		'a copy of all mail to one person',
		...to(`[${OWN}, 'boss@example.com'].join(',')`),
	],
	'a variable': ['all mail to one person', ...to('$vars.to')],
	'an environment variable': ['all mail to one person', ...to('$env.TO')],
	'a key of an object': ['all mail to one person', ...to(`Object.keys({ 'boss@example.com': ${OWN} })[0]`)],
	'the item at the same place': [
		'places move when an item fails before: mail to another person',
		...to("$('Claim delivery').all()[$itemIndex].json.contact.properties.email"),
	],
	'the input at the same place': [
		'the input of another',
		...to("$items('Claim delivery')[$itemIndex].json.contact.properties.email"),
	],
	'the matching item of place 0': [
		'all mail to the first',
		...to("$('Claim delivery').itemMatching(0).json.contact.properties.email"),
	],
	'a find over all items': [
		'all mail to the first',
		...to("$('Claim delivery').all().find(() => true).json.contact.properties.email"),
	],
	'the last input': ['all mail to the last', ...to('$input.last().json.contact.properties.email')],
	'all of the input': [
		'every mail to everybody',
		...to("$input.all().map((item) => item.json.contact.properties.email).join(',')"),
	],
	'all of a node': [
		'every mail to everybody',
		...to("$('Claim delivery').all().map((item) => item.json.contact.properties.email).join(',')"),
	],
	'the same key twice': [
		'the last To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, To: 'boss@example.com' } }}` }),
	],
	'the same key twice in text': [
		'the last To counts',
		...postmark({ jsonBody: `={ "To": "{{ ${OWN} }}", "To": "boss@example.com" }` }),
	],
	'a spread behind': [
		'the spread To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ...{ To: 'boss@example.com' } } }}` }),
	],
	'a spread of the item behind': [
		'the To of the item counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ...$json.payload } }}` }),
	],
	'Object.assign': [
		'the assigned To counts',
		...postmark({ jsonBody: `={{ Object.assign({ To: ${OWN} }, { To: 'boss@example.com' }) }}` }),
	],
	'a computed key': [
		'the computed To counts',
		...postmark({ jsonBody: `={{ { To: ${OWN}, ['To']: 'boss@example.com' } }}` }),
	],
});
