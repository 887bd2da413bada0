/** The environment names a value that cannot be used. The message is one line and starts with the variable. */
export class ConfigError extends Error {}
