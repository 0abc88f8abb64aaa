import { statSync } from 'node:fs';

/** SQLite's name for a database that no file holds (https://www.sqlite.org/inmemorydb.html): for tests. */
export const IN_MEMORY = ':memory:';

/**
 * Whether the file at a path is no longer the one it was at the call: by its inode, as SQLite itself tells
 * (`fileHasMoved` in its os_unix.c; it asks with a rollback journal only, not with WAL). Windows moves no open file.
 */
export function moveWatch(file: string): () => boolean {
	if (file === IN_MEMORY || process.platform === 'win32') return () => false;
	const inode = (): bigint | undefined => statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
	const opened = inode();
	return () => inode() !== opened;
}
