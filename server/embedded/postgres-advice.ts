// What to do when the embedded PostgreSQL cannot start, told from what it complained of.

const advice: readonly [sign: RegExp, help: string][] = [
  [/No space left on device|ENOSPC|Disk quota exceeded/, "The disk is full: free some space, or choose another DATA_DIR."],
  [
    /error while loading shared libraries|Library not loaded/,
    "Its libraries are not complete: run `npm rebuild` (npm's install scripts must be allowed).",
  ],
  [
    /could not (create|open|resize|map) (anonymous )?shared memory|shmget/,
    "The machine gives too little shared memory: in a container raise --shm-size.",
  ],
  [/could not look up effective user ID/, "PostgreSQL runs only as a user that has a name: give this user id an entry in /etc/passwd."],
  [/EPERM|EINVAL|setuid|setgid/, "Root may not hand files and processes to another user here: start as an ordinary user."],
  [
    /EACCES|Permission denied|has wrong ownership/i,
    "Files belong to another user: start as that user, `chown -R` the folder, or choose another DATA_DIR.",
  ],
  [/EROFS|Read-only file system/, "The file system is read-only: choose another DATA_DIR."],
  [
    /It ended at once|PANIC|invalid data|corrupt/,
    "If its files are damaged, put a backup in their place; without one, delete the folder `postgres` in DATA_DIR to start empty.",
  ],
];

/**
 * @param message why it cannot start, with the end of PostgreSQL's log
 * @param folder the database folder
 * @returns the message, and for a known cause what to do
 */
export function withAdvice(message: string, folder: string): string {
  const help = advice.find(([sign]) => sign.test(message))?.[1];
  return help === undefined
    ? message
    : `${message.trim()}\n${help} (Database folder: ${folder}; or set DATABASE_URL to a PostgreSQL of your own.)`;
}
