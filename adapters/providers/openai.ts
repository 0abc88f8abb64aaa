import type { FailureKind, VendorWord } from '../../core/delivery/failure';
import { type RefusedAnswer, textIn } from './answer';

/**
 * Codes of OpenAI's refusals, which other generation vendors copy (platform.openai.com/docs/guides/error-codes; a
 * retired model answers 404 `model_not_found`, platform.openai.com/docs/deprecations; as the field notes of 2026-11-30
 * quote them).
 */
const codes: Readonly<Record<string, readonly [FailureKind, string]>> = {
	model_not_found: ['everybody', 'the model does not exist or was retired'],
	invalid_api_key: ['everybody', 'the API key is wrong'],
	insufficient_quota: ['everybody', 'the account has no quota left'],
	billing_hard_limit_reached: ['everybody', 'the account has reached its spending limit'],
	unsupported_country_region_territory: ['everybody', 'the vendor does not serve this region'],
	rate_limit_exceeded: ['later', 'throttling'],
	context_length_exceeded: ['recipient', 'the input is too long'],
	content_policy_violation: ['recipient', 'the vendor does not write about this'],
	content_filter: ['recipient', 'the vendor does not write about this'],
};

/** `null`: not in OpenAI's shape, or nothing that is known. */
export function openAiFailure({ status, body }: RefusedAnswer): VendorWord | null {
	const code = textIn(body, 'error', 'code');
	const type = textIn(body, 'error', 'type');
	if (type === '' && code === '') return null;
	const known = codes[code] ?? codes[type];
	const [kind, meaning] =
		known ?? (status === 404 ? (['everybody', 'no such address or model'] as const) : []);
	if (kind === undefined || meaning === undefined) return null;
	const costsReplay = kind !== 'later';
	return { kind, vendor: 'The generation vendor', code: code || type, meaning, costsReplay };
}
