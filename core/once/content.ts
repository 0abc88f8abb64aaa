import { hash } from 'node:crypto';
import { readKeyClaim } from './claim';
import { canonicalJson } from '../delivery/canonical';
import { readEnvelope } from '../delivery/envelope';
import { fieldOf, type ItemJson } from '../delivery/fields';

/** Fields that n8n's Webhook node puts out (n8n-nodes-base 2.40, `Webhook.node`): headers differ from call to call. */
const WEBHOOK = ['headers', 'params', 'query', 'body', 'webhookUrl'];

/** Fields that n8n's Schedule Trigger puts out (n8n-nodes-base 2.40, `ScheduleTrigger.node`): the moment it fired. */
const SCHEDULE = ['timestamp', 'Readable date', 'Timezone'];

const hasAll = (json: ItemJson, names: readonly string[]): boolean =>
	names.every((name) => Object.hasOwn(json, name));

/** An item without what the package put on it: the token of an earlier claim differs from run to run. */
function bare(json: ItemJson): ItemJson {
	const claimed = readKeyClaim(json.keyClaim) !== null;
	const owed = readEnvelope(json.delivery) !== null;
	if (!claimed && !owed) return json;
	const own = ['releaseGate', ...(claimed ? ['keyClaim', 'firstResult'] : []), ...(owed ? ['delivery'] : [])];
	return Object.fromEntries(Object.entries(json).filter(([name]) => !own.includes(name)));
}

/**
 * What of an item must be the same when its key comes again: of a webhook call the body, of a schedule nothing, of
 * anything else all of it but for the marks of earlier claims. `undefined`: there is nothing to compare.
 */
export function contentOf(json: ItemJson): unknown {
	if (hasAll(json, WEBHOOK)) return json.body;
	if (hasAll(json, SCHEDULE)) return undefined;
	return bare(json);
}

/** The fields that must be the same, as a list; an absent one counts as `null`. */
export const contentAt = (json: ItemJson, fields: readonly string[]): unknown =>
	fields.map((field) => fieldOf(json, field) ?? null);

/** Characters of a digest: 132 bits of SHA-256, enough to tell two contents apart and short enough for every row. */
const LENGTH = 22;

/**
 * Digest of a content: the first 22 characters (base64url) of the SHA-256 of its canonical JSON. `null` for nothing.
 *
 * @throws `not-json`
 */
export function contentDigest(content: unknown): string | null {
	if (content === undefined) return null;
	return hash('sha256', canonicalJson(content), 'base64url').slice(0, LENGTH);
}
