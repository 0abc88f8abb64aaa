import { z } from 'zod';
import { gateError, ReleaseGateError } from '../errors';
import type { SpineSettings } from './spine-settings';
import type { JsonObject } from './types';
import { parseCadence } from './cadence';
import { canonicalPart, prefixOf } from './canonical';
import { defaultProperties } from './eligibility';
import { SPINE_ID } from './key';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Text in the canonical form of a key part. */
const part = (what: string) =>
	z.union([z.string(), z.number()]).transform((value, context) => {
		try {
			return canonicalPart(value, what);
		} catch (error) {
			context.addIssue({
				code: 'custom',
				message: error instanceof ReleaseGateError ? error.message : 'unreadable',
			});
			return z.NEVER;
		}
	});

const property = z
	.string()
	.trim()
	.regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be the internal name of a property of the CRM');

const cadenceSchema = z
	.object({
		every: z.string().trim(),
		anchor: z.string().trim(),
		timeZone: z.string().trim(),
		window: z.string().trim().optional(),
		minimumGap: z.string().trim().optional(),
	})
	.strict()
	.superRefine((cadence, context) => {
		try {
			parseCadence(cadence);
		} catch (error) {
			if (!(error instanceof ReleaseGateError)) throw error;
			context.addIssue({ code: 'custom', message: error.message });
		}
	});

const propertiesSchema = z
	.object({
		status: property.default(defaultProperties.status),
		nextEligibleAt: property.default(defaultProperties.nextEligibleAt),
		lastDeliveryAt: property.default(defaultProperties.lastDeliveryAt),
		deliveryCount: property.default(defaultProperties.deliveryCount),
		lastAssetId: property.default(defaultProperties.lastAssetId),
		critical: z.array(property).default([...defaultProperties.critical]),
		defaults: z.record(property, z.string()).default({ ...defaultProperties.defaults }),
		also: z.array(property).default([...defaultProperties.also]),
	})
	.strict()
	.superRefine((mapping, context) => {
		const written = [
			mapping.nextEligibleAt,
			mapping.lastDeliveryAt,
			mapping.deliveryCount,
			mapping.lastAssetId,
			mapping.status,
		];
		if (new Set(written).size !== written.length) {
			context.addIssue({ code: 'custom', message: 'two roles share one property' });
		}
		const both = mapping.critical.filter((name) => Object.hasOwn(mapping.defaults, name));
		if (both.length > 0) {
			context.addIssue({
				code: 'custom',
				message: `${both.join(', ')} cannot be critical and have a default`,
			});
		}
	});

const lease = z.number().int().min(MINUTE).max(DAY);

/**
 * Settings of a spine, with the defaults of the content-delivery system: a quarter of an hour for claim, send and
 * doubt, one replay per slot, dry run until somebody says live. Times in milliseconds. Unknown fields are problems.
 */
export const spineSettingsSchema = z
	.object({
		spine: z
			.string()
			.trim()
			.regex(
				SPINE_ID,
				'must be 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit',
			),
		cadence: cadenceSchema,
		mode: z.enum(['live', 'dry-run']).default('dry-run'),
		dryRun: part('dry-run label').default('default'),
		testRecipients: z.array(part('test recipient')).default([]),
		leaseMs: lease.default(15 * MINUTE),
		sendLeaseMs: lease.default(15 * MINUTE),
		replaysPerSlot: z.number().int().min(0).max(10).default(1),
		inDoubt: z.enum(['assume-delivered', 'wait-for-a-person']).default('assume-delivered'),
		inDoubtQuietMs: z
			.number()
			.int()
			.min(0)
			.max(DAY)
			.default(15 * MINUTE),
		properties: propertiesSchema.default({}),
		templateVersion: part('template version').default('1'),
		policy: part('policy').default('quiet-content-delivery'),
		// Without a default, so that settings stored before them keep their hash.
		ungatedChange: z.enum(['hold', 'report']).optional(),
		strictness: z.enum(['observe', 'standard', 'doctrine']).optional(),
		startedByHand: z.enum(['hold', 'deliver']).optional(),
		parallelRuns: z.number().int().min(1).max(32).optional(),
		writeBack: z.enum(['outbox', 'output']).optional(),
		provider: z
			.string()
			.trim()
			.toLowerCase()
			.regex(/^[a-z0-9][a-z0-9 ._-]{0,63}$/, 'must be the name of a provider, as in Delivery Commit')
			.optional(),
	})
	.strict();

/**
 * Settings of a spine from outside, defaults filled in.
 *
 * @throws `spine-settings`, naming every problem at once with its field; values are not repeated
 */
export function parseSpineSettings(value: unknown): SpineSettings {
	const result = spineSettingsSchema.safeParse(value);
	if (result.success) return { ...result.data, testRecipients: [...new Set(result.data.testRecipients)] };
	const problems = result.error.issues.map((issue) => {
		const field = issue.path.map((step) => prefixOf(String(step))).join('.');
		return field === '' ? sentenceOf(issue) : `${field}: ${sentenceOf(issue)}`;
	});
	throw gateError('spine-settings', { problems: [...new Set(problems)].join('; ') });
}

/**
 * Settings with some of them set otherwise, as a release names them: `null` takes one away, those not named stay.
 *
 * @throws `spine-settings`
 */
export function settingsWith(settings: SpineSettings, changes: JsonObject): SpineSettings {
	const merged: Readonly<Record<string, unknown>> = { ...settings, ...changes };
	return parseSpineSettings(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
}

function sentenceOf(issue: z.ZodIssue): string {
	if (issue.code === 'invalid_enum_value') return `must be one of ${issue.options.join(', ')}`;
	if (issue.code === 'unrecognized_keys') return `unknown field ${issue.keys.map(prefixOf).join(', ')}`;
	return issue.message.replace(/\.$/, '');
}
