/** What a page of a list is known to hold, and what belongs between it and the next one. */
export interface Joined<Node> {
  readonly nodes: readonly Node[]
  /** Of what it held, what it has no room for any more; undefined where it reaches to the next one. */
  readonly pushedOut: readonly Node[] | undefined
}

/** The id of a node, where it has one. */
export const idOf = (node: unknown): unknown =>
  typeof node === 'object' && node !== null && 'id' in node ? node.id : undefined

/**
 * A page that was read again and has a next one, whose beginning stays where it is: what that holds is not
 * shown twice, and what is pushed out is not lost.
 *
 * @param held what it held before.
 * @param read what there is now, from where it begins.
 * @param later the ids of what all later pages hold.
 */
export function join<Node>(held: readonly Node[], read: readonly Node[], later: ReadonlySet<unknown>): Joined<Node> {
  const last = held.length > 0 ? idOf(held.at(-1)) : undefined
  const end = last === undefined ? -1 : read.findIndex((node) => idOf(node) === last)
  if (end >= 0) return { nodes: read.slice(0, end + 1), pushedOut: undefined }
  const beyond = read.findIndex((node) => later.has(idOf(node)))
  if (beyond >= 0) return { nodes: read.slice(0, beyond), pushedOut: undefined }
  const ids = new Set(read.map(idOf))
  const common = held.findLastIndex((node) => ids.has(idOf(node)))
  return { nodes: read, pushedOut: common < 0 ? [] : held.slice(common + 1) }
}
