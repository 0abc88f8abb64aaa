import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchProviders, batchRuleOf, type Message } from '../../../adapters/providers/batches';
import { lookupOf } from '../../../adapters/providers/lookups';
import { readVendorFailure } from '../../../adapters/providers/failure';
import { providerOf } from '../../../adapters/providers/registry';
import { BATCH_PROVIDERS } from '../../../core/audit/read/batch';
import { envelopeOf } from '../../../core/delivery/envelope';

const rule = batchRuleOf('postmark');
if (!rule) throw new Error('Postmark takes batches');

const to = (at: number): string => `reader-${at}@example.com`;
const messagesOf = (count: number): Message[] =>
	Array.from({ length: count }, (_, at) => ({
		To: at % 2 === 0 ? to(at) : `Reader <${to(at).toUpperCase()}>`,
	}));

/** What one message may be answered, as Postmark does, and as nobody should. */
const kinds = [
	'accepted',
	'inactive',
	'invalid',
	'account',
	'later',
	'new code',
	'no id',
	'garbled',
] as const;
type Kind = (typeof kinds)[number];

const answer = (kind: Kind, at: number): unknown => {
	const refusal = (ErrorCode: number) => ({ ErrorCode, Message: 'No.' });
	switch (kind) {
		case 'accepted':
			return {
				ErrorCode: 0,
				Message: 'OK',
				MessageID: `m-${at}`,
				SubmittedAt: '2026-12-01T09:00:00.1234567Z',
				To: to(at),
			};
		case 'inactive':
			return refusal(406);
		case 'invalid':
			return refusal(300);
		case 'account':
			return refusal([10, 400, 401, 405, 412, 413, 422, 1226, 1235][at % 9] ?? 10);
		case 'later':
			return refusal(100);
		case 'new code':
			return refusal(98_765);
		case 'no id':
			return { ErrorCode: 0, Message: 'OK', To: to(at) };
		case 'garbled':
			return [null, 'OK', 0, [], {}, { ErrorCode: '0', MessageID: `m-${at}` }][at % 6];
	}
};

/** What each proves: an acceptance, what a refusal means, or nothing. */
const proves: Readonly<Record<Kind, string>> = {
	accepted: 'accepted',
	inactive: 'recipient',
	invalid: 'recipient',
	account: 'everybody',
	later: 'later',
	'new code': 'doubt',
	'no id': 'unknown',
	garbled: 'unknown',
};
const said = (of: unknown, count: number): string[] =>
	rule.read(of, messagesOf(count)).map((one) => (one.status === 'refused' ? one.word.kind : one.status));

const mix = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 40 });

describe('the answer to a batch', () => {
	it('is read message by message, whatever else it holds', () => {
		fc.assert(
			fc.property(mix, (list) => {
				const read = rule.read(list.map(answer), messagesOf(list.length));
				expect(read.map((one) => (one.status === 'refused' ? one.word.kind : one.status))).toEqual(
					list.map((kind) => proves[kind]),
				);
				read.forEach((one, at) => {
					if (one.status !== 'accepted') return;
					expect(one).toEqual({
						status: 'accepted',
						messageId: `m-${at}`,
						sentAt: Date.parse('2026-12-01T09:00:00.123Z'),
					});
				});
			}),
		);
	});

	it('says of one message what it would say of that message alone', () => {
		fc.assert(
			fc.property(fc.constantFrom(...kinds), fc.nat(60), (kind, at) => {
				const body = answer(kind, at);
				const one = rule.read([body], [{ To: to(at) }])[0];
				const alone =
					kind === 'accepted'
						? providerOf('postmark')?.accepted(body as Message)
						: readVendorFailure({ error: { message: '422', response: { status: 422, data: body } } });
				if (one?.status === 'refused') expect(one.word).toEqual(alone);
				else if (kind === 'accepted') expect(one).toEqual(alone);
				else expect([kind, one?.status]).toEqual([kind, 'unknown']);
			}),
		);
	});

	it('proves nothing of any message where it holds another number of results', () => {
		fc.assert(
			fc.property(mix, fc.integer({ min: 1, max: 45 }), (list, count) => {
				fc.pre(count !== list.length);
				expect(new Set(said(list.map(answer), count))).toEqual(new Set(['unknown']));
			}),
		);
	});

	it.each([[undefined], [null], ['[]'], [{}], [{ ErrorCode: 0, MessageID: 'm-1', To: to(0) }], [0]])(
		'proves nothing where it is no list: %j',
		(given) => expect(said(given, 2)).toEqual(['unknown', 'unknown']),
	);

	it('proves nothing of any where an accepted one is another’s', () => {
		fc.assert(
			fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), fc.nat(), (count, a, b) => {
				const [one, other] = [a % count, b % count];
				fc.pre(one !== other);
				const list = Array.from({ length: count }, (_, at) => answer('accepted', at));
				[list[one], list[other]] = [list[other], list[one]];
				expect(new Set(said(list, count))).toEqual(new Set(['unknown']));
			}),
		);
	});

	it.each([
		['with the name it was sent by', 'Reader <a@example.com>', '"Reader" <A@Example.com>'],
		['in the other form of its domain', 'a@münchen.example', 'a@xn--mnchen-3ya.example'],
		['in another form of its letters', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
	])('knows an address again %s', (_how, sent, named) => {
		const body = [{ ...(answer('accepted', 0) as object), To: named }];
		expect(rule.read(body, [{ To: sent }])).toMatchObject([{ status: 'accepted', messageId: 'm-0' }]);
	});

	it.each([undefined, '', ' ', null])('commits none that names no address: %j', (To) => {
		const body = [{ ...(answer('accepted', 0) as object), To }, answer('accepted', 1)];
		expect(said(body, 2)).toEqual(['unknown', 'accepted']);
	});

	it('proves nothing of any where a refusal is another’s', () => {
		const refusal = (at: number) => ({ ErrorCode: 406, Message: 'Inactive.', To: to(at) });
		expect(said([refusal(0), refusal(1)], 2)).toEqual(['recipient', 'recipient']);
		expect(said([refusal(1), refusal(0)], 2)).toEqual(['unknown', 'unknown']);
	});

	it('takes nothing for sent that a test token only checked', () => {
		const checked = { ...(answer('accepted', 0) as Message), Message: 'Test job accepted' };
		expect(said([checked], 1)).toEqual(['everybody']);
		expect(providerOf('postmark')?.accepted(checked)).toMatchObject({ status: 'refused' });
	});

	it.each([
		["Error parsing 'To': Illegal email address 'x'From'@example.com'.", 'recipient'],
		["Invalid 'To' address: 'a-Sender Signature@example.com'.", 'recipient'],
		["Invalid 'From' address: 'x'.", 'everybody'],
		['The Sender Signature is not confirmed.', 'everybody'],
	])('lets nobody’s address hold everybody: %s', (Message, kind) => {
		expect(said([{ ErrorCode: 300, Message }], 1)).toEqual([kind]);
	});

	it('commits no message id twice', () => {
		const list = [0, 1, 2].map((at) => ({
			...(answer('accepted', at) as object),
			MessageID: at === 2 ? 'm' : 'n',
		}));
		expect(said(list, 3)).toEqual(['unknown', 'unknown', 'accepted']);
	});
});

describe('a message of a batch', () => {
	const envelope = (recipient: string) =>
		envelopeOf({ spine: 'content', space: 'live', slot: '2026-12-01', recipient });

	it('carries what the search of its provider finds it by', () => {
		const marked = rule.marked(
			{ To: to(1), Metadata: { own: 'x', delivery_key: 'y' } },
			envelope('17'),
			'a-1',
		);
		const { Metadata } = marked as { Metadata: Record<string, string> };
		expect(Metadata).toEqual({
			own: 'x',
			delivery_key: envelope('17').key,
			spine: 'content',
			recipient: '17',
			slot: '2026-12-01',
			asset_id: 'a-1',
		});
		const page = { TotalCount: 1, Messages: [{ MessageID: 'm-1', Metadata }] };
		expect(lookupOf('postmark')?.read(page, envelope('17').key)).toMatchObject({ assetId: 'a-1' });
	});

	it('has metadata that fit, whatever the recipient is called', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[a-z0-9:/%@.-]{1,300}$/), (recipient) => {
				const { Metadata } = rule.marked({ To: to(1) }, envelope(recipient), recipient) as {
					Metadata: Record<string, string>;
				};
				expect(
					Object.entries(Metadata).filter(([name, value]) => name.length > 20 || value.length > 80),
				).toEqual([]);
			}),
		);
	});

	it('bears the marks of its delivery, and of no other', () => {
		const long = 'r'.repeat(200);
		fc.assert(
			fc.property(
				fc.constantFrom('17', '18', `${long}1`, `${long}2`),
				fc.constantFrom('17', `${long}1`),
				(a, b) => {
					const marked = rule.marked({ To: to(1), Metadata: { Delivery_Key: 'x' } }, envelope(a), undefined);
					const other = rule.marked({ To: to(1) }, envelope(b), undefined);
					const key = ({ Metadata }: Message): unknown => (Metadata as Message).delivery_key;
					expect(key(marked) === key(other)).toBe(a === b);
					const names = Object.keys(marked.Metadata as object).map((name) => name.toLowerCase());
					expect(new Set(names).size).toBe(names.length);
				},
			),
		);
	});

	it.each([
		[{ To: 'Ann <ann@example.com>' }, null],
		[{ To: 'a@example.com', Cc: '', Bcc: null, Subject: '😀', Metadata: { a: 1, b: 2, c: 3, d: 4 } }, null],
		[{ To: 'a@example.com', Cc: 'b@example.com' }, 'it names others in Cc or Bcc'],
		[{ To: 'a@example.com', Bcc: ['b@example.com'] }, 'it names others in Cc or Bcc'],
		[{ To: 'a@example.com', to: 'b@example.com' }, 'its to is written otherwise than the provider writes it'],
		[
			{ To: 'a@example.com', bcc: 'b@example.com' },
			'its bcc is written otherwise than the provider writes it',
		],
		[{ To: 'a@example.com', Subject: 7 }, 'its Subject is no text'],
		[{ To: 'a@example.com', TextBody: { text: 'x' } }, 'its TextBody is no text'],
		[{ To: 'a@example.com', Subject: '😀'.slice(0, 1) }, 'its text was cut in the middle of a character'],
		[{ To: 'a@example.com', Metadata: 'x' }, 'its Metadata is no JSON object'],
		[
			{ To: 'a@example.com', Metadata: { a: 1, b: 2, c: 3, d: 4, e: 5 } },
			'its Metadata holds more than 4 fields',
		],
		[{}, 'it names nobody in To'],
		[{ To: ' ' }, 'it names nobody in To'],
		[{ To: 'ann@example.com, bob@example.com' }, 'To is not one address'],
		[{ To: 'ann' }, 'To is not one address'],
	])('%j: %s', (message, why) => expect(rule.unfit(message)).toBe(why));
});

it('is what the audit knows of providers that take batches', () => {
	expect(new Set(batchProviders)).toEqual(BATCH_PROVIDERS);
});
