import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { templatesRoot } from './n8n/paths';

/** One exported template: `id` is its file name without `.json`, `set` the folder it stands in. */
export interface TemplateFile {
	readonly id: string;
	readonly set: string;
	/** Absolute path. */
	readonly path: string;
}

/** All templates of all sets, by id. */
export function templateFiles(): readonly TemplateFile[] {
	return readdirSync(templatesRoot, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.json'))
		.map((file) => join(templatesRoot, file))
		.map((path) => ({
			id: basename(path, '.json'),
			set: relative(templatesRoot, join(path, '..')),
			path,
		}))
		.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Path of one template by its id; throws if there is none. */
export function templatePath(id: string): string {
	const found = templateFiles().find((file) => file.id === id);
	if (!found) throw new Error(`There is no template '${id}' in ${templatesRoot}.`);
	return found.path;
}
