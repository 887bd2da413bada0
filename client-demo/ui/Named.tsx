import { Fragment } from 'react'

interface NamedProps {
  readonly text: string
  readonly name: string
}

/** A text with a name in it that has a direction of its own: what is written from right to left turns nothing else. */
export function Named({ text, name }: NamedProps) {
  if (!name) return text
  return text.split(name).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces stay where they are.
    <Fragment key={index}>
      {index > 0 && <bdi>{name}</bdi>}
      {piece}
    </Fragment>
  ))
}
