import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureOf, isReadable, refusedValues, retryAfterHeader } from '../../adapters/hubspot/answer';
import { workflowsIn } from '../../core/audit/parse';
import { parseCadence, type Cadence } from '../../core/delivery/cadence';
import { assessRecipient, defaultProperties, readInstant } from '../../core/delivery/eligibility';
import { readEnvelope } from '../../core/delivery/envelope';
import { readNodeFailure } from '../../core/delivery/failure';
import { canonicalPart, MAX_PART_BYTES } from '../../core/delivery/canonical';
import { canonicalSpine, deliveryKey, parseDeliveryKey } from '../../core/delivery/key';
import { parseSpineSettings } from '../../core/delivery/spine';
import { ReleaseGateError } from '../../core/errors';
import { parseManifest } from '../../core/release/manifest';
import { overridePolicy, parsePolicy, presetPolicy } from '../../core/release/policy/override';
import { parseReleaseFile } from '../../core/release/release-file';
import { parseFlag } from '../../core/rollout/flag';
import { readProviderEvents } from '../../app/deliver/provider-event';

/** Texts strangers write: SQL, templates, paths, prototypes, look-alikes, controls, lone surrogates, a megabyte. */
const hostile = fc.oneof(
	fc.constantFrom(
		`'; DROP TABLE deliveries; --`,
		'{{ $env.N8N_ENCRYPTION_KEY }}',
		'${process.env.PATH}',
		'__proto__',
		'constructor',
		'../../etc/passwd',
		'раураl',
		'\u202Etxt.exe',
		'\u0000',
		'\uD800',
		'%s%s%n',
		'a'.repeat(1_000_000),
	),
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/** Anything JSON can say, with hostile texts as names and values, and `__proto__` as an own name. */
const anything: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
	leaf: fc.oneof(hostile, fc.double(), fc.boolean(), fc.constant(null), fc.bigInt(), fc.constant(undefined)),
	list: fc.array(tie('value'), { maxLength: 4 }),
	object: fc
		.array(
			fc.tuple(
				fc.oneof(hostile, fc.constantFrom('spine', 'cadence', 'nodes', 'delivery', 'rules')),
				tie('value'),
			),
			{
				maxLength: 5,
			},
		)
		.map((entries) => {
			const made = {};
			for (const [name, value] of entries)
				Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
			return made;
		}),
	value: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('list'), tie('object')),
})).value;

/** Something nearly right: the settings a parser knows, with one field replaced by anything. */
const nearly = (sound: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> =>
	fc
		.tuple(fc.constantFrom(...Object.keys(sound)), anything)
		.map(([name, value]) => ({ ...sound, [name]: value }));

const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' };
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Every parser of things from outside, as a function of anything. */
const parsers: Readonly<Record<string, (value: unknown) => unknown>> = {
	'a key part': (value) => canonicalPart(value, 'recipient'),
	'a spine name': (value) => canonicalSpine(value),
	'a delivery key': (value) => parseDeliveryKey(text(value)),
	'an envelope': (value) => readEnvelope(value),
	'spine settings': (value) => parseSpineSettings(value),
	'a cadence': (value) => parseCadence({ ...cadence, ...(value as Cadence) }),
	'an instant': (value) => readInstant(text(value)),
	'a contact': (value) =>
		assessRecipient(
			{ id: '1', properties: { email: text(value), cc_delivery_status: text(value) } },
			defaultProperties,
			0,
		),
	'a failed node': (value) => readNodeFailure(value),
	'a provider event': (value) =>
		readProviderEvents(
			{ body: value },
			{ provider: 'postmark', messageId: 'body.MessageID', key: 'body.key' },
			0,
		),
	'an event with named fields': (value) =>
		readProviderEvents(
			{ body: value, event: value },
			{
				provider: 'sendgrid',
				messageId: 'sg_message_id',
				key: 'delivery_key',
				naming: {
					outcome: 'event',
					values: { delivered: ['delivered'], bounced: ['bounce'], complained: ['spamreport'] },
					time: 'timestamp',
				},
			},
			0,
		),
	'a workflow': (value) => workflowsIn(value, 'file.json'),
	'a policy': (value) => parsePolicy(value),
	'an override': (value) => overridePolicy(presetPolicy('quiet-content-delivery'), value),
	'a manifest': (value) => parseManifest(value),
	'a release file': (value) => parseReleaseFile(value),
	'a flag': (value) => parseFlag(value),
	"HubSpot's answer": (value) => failureOf(400, {}, text(value), 0),
	"HubSpot's refused values": (value) => refusedValues(value),
	"HubSpot's Retry-After": (value) =>
		retryAfterHeader({ 'retry-after': text(value).replace(/[^ -~]/g, '') }, 0),
	"whether HubSpot's answer is readable": (value) => isReadable(200, {}, text(value)),
};

/** Longest message: an error quotes a short prefix of what it could not read, never all of it. */
const longestMessage = 4_000;

describe('what parsers do with anything', () => {
	afterEach(() => {
		expect(Object.keys(Object.prototype)).toEqual([]);
		expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
	});

	it.each(Object.entries(parsers))(
		'%s: reads it or refuses it with an error of the catalogue, and changes nothing else',
		(_name, parse) => {
			const values = fc.oneof(anything, nearly({ spine: 'content', cadence }), nearly(cadence));
			fc.assert(
				fc.property(values, (value) => {
					try {
						parse(value);
					} catch (error) {
						expect(error).toBeInstanceOf(ReleaseGateError);
						expect((error as Error).message.length).toBeLessThan(longestMessage);
						expect((error as ReleaseGateError).remedy).not.toBe('');
					}
				}),
				{ numRuns: 200 },
			);
		},
		60_000,
	);
});

describe('keys from strangers', () => {
	it('come back from their key as they went in, or are refused; two different ones never share a key', () => {
		fc.assert(
			fc.property(hostile, hostile, (first, second) => {
				const keys = [first, second].map((recipient) => {
					try {
						const ref = { spine: 'content', space: 'live' as const, slot: '2026-11-20', recipient };
						const key = deliveryKey(ref);
						expect(parseDeliveryKey(key).recipient).toBe(canonicalPart(recipient, 'recipient'));
						return key;
					} catch (error) {
						expect(error).toBeInstanceOf(ReleaseGateError);
						return null;
					}
				});
				const [one, other] = keys;
				if (one === null || one === undefined || other === null || other === undefined) return;
				const alike = canonicalPart(first, 'recipient') === canonicalPart(second, 'recipient');
				expect(one === other).toBe(alike);
			}),
			{ numRuns: 500 },
		);
	});

	it('are cut off before they are stored: no part is longer than its limit', () => {
		fc.assert(
			fc.property(hostile, (recipient) => {
				try {
					expect(Buffer.byteLength(canonicalPart(recipient, 'recipient'))).toBeLessThanOrEqual(
						MAX_PART_BYTES,
					);
				} catch (error) {
					expect(error).toBeInstanceOf(ReleaseGateError);
				}
			}),
		);
	});
});
