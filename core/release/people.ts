import { z } from 'zod';
import type { Manifest } from './manifest';
import type { Policy } from './policy/schema';

/** An account of n8n: its id, and the e-mail it signs in with. Names are for display. */
export const accountSchema = z
	.object({ id: z.string().trim().min(1).max(200), email: z.string().trim().email().max(320) })
	.strict();

export type Account = z.infer<typeof accountSchema>;

/** Who gave a word or an answer. Without an account it is a name that somebody typed. */
export interface Giver {
	/** The name to show. */
	readonly person: string;
	readonly account?: Account;
	/** The workflow that gave the name, when nobody was signed in. */
	readonly typedBy?: string;
}

/** All that Unicode says to leave undrawn, controls, and marks of direction: two names that look the same are the same. */
const unseen =
	/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The one form of a name: NFKC, without what nobody sees, blanks as one blank, in small letters (by the full mapping of
 * `toUpperCase` first, so that ß is ss).
 */
export function canonicalName(name: string): string {
	return name
		.normalize('NFKC')
		.replace(unseen, '')
		.replace(/\s+/gu, ' ')
		.trim()
		.toUpperCase()
		.toLowerCase()
		.normalize('NFKC');
}

/**
 * Small letters of other scripts that are drawn like Latin ones, and what they look like: the Cyrillic, Greek, Armenian
 * and Latin-extended entries of Unicode's confusables.txt (Unicode Technical Standard #39, version 16) for single letters.
 */
const likeLatin: Readonly<Record<string, string>> = {
	а: 'a',
	е: 'e',
	о: 'o',
	р: 'p',
	с: 'c',
	у: 'y',
	х: 'x',
	ѕ: 's',
	і: 'i',
	ј: 'j',
	һ: 'h',
	ԁ: 'd',
	ԛ: 'q',
	ԝ: 'w',
	ӏ: 'l',
	г: 'r',
	к: 'k',
	п: 'n',
	т: 't',
	м: 'm',
	в: 'b',
	н: 'h',
	ь: 'b',
	ү: 'y',
	ѵ: 'v',
	ё: 'e',
	ї: 'i',
	α: 'a',
	ο: 'o',
	ν: 'v',
	ρ: 'p',
	τ: 't',
	υ: 'u',
	ι: 'i',
	κ: 'k',
	γ: 'y',
	σ: 'o',
	χ: 'x',
	η: 'n',
	ω: 'w',
	β: 'b',
	ε: 'e',
	ϲ: 'c',
	ϳ: 'j',
	օ: 'o',
	ս: 'u',
	ո: 'n',
	հ: 'h',
	զ: 'q',
	ց: 'g',
	ք: 'f',
	յ: 'j',
	ա: 'w',
	ѡ: 'w',
	ı: 'i',
	ȷ: 'j',
	ɡ: 'g',
	ɑ: 'a',
	ɩ: 'i',
	ʋ: 'u',
	ɪ: 'i',
	ʏ: 'y',
	ᴏ: 'o',
	ᴄ: 'c',
	ᴜ: 'u',
	ᴠ: 'v',
	ᴡ: 'w',
	ᴢ: 'z',
	ꜱ: 's',
	ꞵ: 'b',
	ƿ: 'p',
	ⅼ: 'l',
	ǀ: 'l',
	'∣': 'l',
	'|': 'l',
	'0': 'o',
	'1': 'l',
	i: 'l',
};

/** What a name looks like: two names with the same skeleton are drawn alike. */
export function skeleton(name: string): string {
	const letters = canonicalName(name)
		.normalize('NFD')
		.replace(/\p{Mn}/gu, '');
	const once = [...letters].map((letter) => likeLatin[letter] ?? letter).join('');
	return [...once]
		.map((letter) => likeLatin[letter] ?? letter)
		.join('')
		.replace(/rn/g, 'm')
		.replace(/vv/g, 'w');
}

const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];

/** Whether one word of a name mixes letters of scripts that are drawn alike: no name does, a forged one has to. */
export const mixesScripts = (name: string): boolean =>
	canonicalName(name)
		.split(/[\s\p{P}]+/u)
		.some((word) => scripts.filter((script) => script.test(word)).length > 1);

/** Whether two names are drawn alike and are not the same. */
export const looksAlike = (a: string, b: string): boolean =>
	canonicalName(a) !== canonicalName(b) && skeleton(a) === skeleton(b);

/** Names a giver: the account, or the canonical form of a typed name. */
export const giverKey = ({ person, account }: Giver): string =>
	account === undefined ? `typed ${canonicalName(person)}` : `account ${account.id}`;

/** The giver as people read it: a typed name says that it is one. */
export const giverText = ({ person, account, typedBy }: Giver): string =>
	account !== undefined
		? person
		: `${person}, typed${typedBy === undefined ? '' : ` by workflow ${typedBy}`}`;

/** Whether the word of this giver counts for a release: accounts do, typed names where the policy says so. */
export const counts = (policy: Policy, { account }: Giver): boolean =>
	account !== undefined || policy.people?.typedCounts === true;

/** Everybody whose own work is in the release, as the manifest names them. */
export function involved(manifest: Manifest): readonly string[] {
	const { requestedBy, askedBefore = [], changes } = manifest;
	return [...new Set([requestedBy, ...askedBefore, ...changes.map((change) => change.author)])];
}

/** The account of a name of the manifest: what the policy maps it to, or itself if it is an e-mail. */
function accountOf(policy: Policy, name: string): string | undefined {
	const wanted = canonicalName(name);
	const mapped = Object.entries(policy.people?.accounts ?? {}).find(
		([login]) => canonicalName(login) === wanted,
	);
	return mapped?.[1] ?? (name.includes('@') ? name : undefined);
}

/** Names the person behind a giver: two accounts that the policy maps to one are one person. */
export const personKey = (policy: Policy, giver: Giver): string =>
	giver.account === undefined
		? giverKey(giver)
		: `person ${canonicalName(accountOf(policy, giver.account.email) ?? giver.account.email)}`;

/** The authors of whom nobody knows which account they are. */
export const unmapped = (policy: Policy, manifest: Manifest): readonly string[] =>
	[...new Set(manifest.changes.map(({ author }) => author))].filter(
		(name) => accountOf(policy, name) === undefined,
	);

/** Whether this giver asked for the release or wrote part of it, under whatever name; who looks like one counts as one. */
export function isInvolved(policy: Policy, manifest: Manifest, { person, account }: Giver): boolean {
	const names = [person, ...(account === undefined ? [] : [account.email, account.id])];
	// A second login of theirs is mapped to the same account.
	const own = names.flatMap((name) => [name, accountOf(policy, name) ?? name]);
	return involved(manifest).some((name) =>
		[name, accountOf(policy, name) ?? name].some((theirs) =>
			own.some((mine) => canonicalName(mine) === canonicalName(theirs) || looksAlike(mine, theirs)),
		),
	);
}
