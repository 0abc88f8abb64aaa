import { Session, record } from './session';
import { owner } from './settings';

/** Somebody with an account of a test's n8n. */
export interface Person {
	readonly email: string;
	readonly firstName: string;
	readonly lastName: string;
}

export const lead: Person = { email: 'lead@example.com', firstName: 'Lea', lastName: 'Lead' };
export const engineer: Person = { email: 'engineer@example.com', firstName: 'Eve', lastName: 'Engineer' };
export const colleague: Person = { email: 'colleague@example.com', firstName: 'Cal', lastName: 'Colleague' };
/** Everybody's. */
export const password = owner.password;

/** Invites a person to the instance and accepts in their name. */
export async function invite(session: Session, person: Person): Promise<void> {
	const answer = await session.call('POST', '/rest/invitations', [
		{ email: person.email, role: 'global:member' },
	]);
	const [entry] = answer.data as unknown[];
	const { inviteAcceptUrl, id } = record(record(entry).user);
	const link = typeof inviteAcceptUrl === 'string' && inviteAcceptUrl !== '' ? inviteAcceptUrl : null;
	const shown = link ?? (await inviteLink(session, String(id)));
	const token = new URL(shown).searchParams.get('token');
	if (token === null) throw new Error(`no token in ${shown}`);
	await new Session(session.baseUrl).call('POST', '/rest/invitations/accept', {
		token,
		firstName: person.firstName,
		lastName: person.lastName,
		password,
	});
}

async function inviteLink(session: Session, id: string): Promise<string> {
	const { data } = await session.call('POST', `/rest/users/${id}/invite-link`, {});
	return String(record(data).link);
}

/** The session of a person who was invited. */
export async function signIn(baseUrl: string, { email }: Person): Promise<Session> {
	const session = new Session(baseUrl);
	await session.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	return session;
}
