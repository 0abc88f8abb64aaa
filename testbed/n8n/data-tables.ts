import { record, type Session } from './session';

const columns = ['key', 'email', 'cc_delivery_status'].map((name) => ({ name, type: 'string' }));

/** Creates a table with the columns of an item's key and address in the owner's own project; returns its id. */
export async function createTable(session: Session, name: string): Promise<string> {
	const project = record((await session.call('GET', '/rest/projects/personal')).data);
	const path = `/rest/projects/${String(project.id)}/data-tables`;
	return String(record((await session.call('POST', path, { name, columns })).data).id);
}
