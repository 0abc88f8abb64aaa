import { problem, type Problem } from './problems';

/** Scopes this stand-in asks for. */
export const scopes = {
	read: 'crm.objects.contacts.read',
	write: 'crm.objects.contacts.write',
	schemasRead: 'crm.schemas.contacts.read',
	schemasWrite: 'crm.schemas.contacts.write',
} as const;

/** Token every stand-in takes from the start, with all scopes. It opens nothing but the stand-in. */
export const sandboxToken = 'pat-na1-stand-in';

interface Known {
	readonly scopes: readonly string[];
	readonly expiresAt: number;
}

/** The tokens the account has handed out. */
export class Tokens {
	private readonly known = new Map<string, Known>([
		[sandboxToken, { scopes: Object.values(scopes), expiresAt: Infinity }],
	]);

	add(token: string, granted: readonly string[] = Object.values(scopes), expiresAt = Infinity): void {
		this.known.set(token, { scopes: granted, expiresAt });
	}

	revoke(token: string): void {
		this.known.delete(token);
	}

	/** Whether the header lets the call through; the refusal otherwise. */
	check(authorization: string | undefined, needed: string, now: number): Problem | null {
		const token = authorization?.replace(/^Bearer /i, '') ?? '';
		const known = this.known.get(token);
		if (known === undefined) {
			return problem(
				401,
				'INVALID_AUTHENTICATION',
				'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
			);
		}
		if (known.expiresAt <= now) {
			const seconds = Math.ceil((now - known.expiresAt) / 1000);
			return problem(
				401,
				'EXPIRED_AUTHENTICATION',
				`The OAuth token used to make this call expired ${seconds} second(s) ago.`,
				{ context: { 'expire time': [new Date(known.expiresAt).toISOString()] } },
			);
		}
		if (known.scopes.includes(needed)) return null;
		return problem(
			403,
			'MISSING_SCOPES',
			"This app hasn't been granted all required scopes to make this call.",
			{
				errors: [
					{
						message: 'One or more of the following scopes are required.',
						context: { requiredGranularScopes: [needed] },
					},
				],
			},
		);
	}
}
