import { type ReactNode, useId } from 'react'
import styles from './apps.module.css'

interface Choice<T extends string> {
  readonly value: T
  readonly title: string
  readonly about: string
  readonly more?: ReactNode
}

interface ChoicesProps<T extends string> {
  /** Names the choices for users who do not see the heading above. */
  readonly label: string
  readonly choices: readonly Choice<T>[]
  readonly chosen: T | undefined
  readonly onChoose: (choice: T) => void
  /** Beside each other, where there is room. */
  readonly wide?: boolean
}

/** One of a few, each with a word of explanation. */
export function Choices<T extends string>({ label, choices, chosen, onChoose, wide }: ChoicesProps<T>) {
  const id = useId()
  return (
    <div className={styles.choices} data-wide={wide || undefined} role="radiogroup" aria-label={label}>
      {choices.map(({ value, title, about, more }) => (
        <label key={value} className={styles.choice}>
          <input
            type="radio"
            name={id}
            value={value}
            checked={chosen === value}
            onChange={() => onChoose(value)}
            aria-labelledby={`${id}-${value}`}
            aria-describedby={`${id}-${value}-about`}
          />
          <span id={`${id}-${value}`} className={styles.choiceTitle}>
            {title}
          </span>
          <span id={`${id}-${value}-about`} className={styles.choiceAbout}>
            {about}
            {more && <span className={styles.choiceMore}>{more}</span>}
          </span>
        </label>
      ))}
    </div>
  )
}
