import { useId } from 'react'
import styles from './ui.module.css'

interface View<Name extends string> {
  readonly name: Name
  readonly label: string
  readonly about?: string
  /** How many there are; undefined until that is known. */
  readonly count: number | undefined
}

interface ViewsProps<Name extends string> {
  /** Names the views for users who do not see them side by side. */
  readonly label: string
  readonly views: readonly View<Name>[]
  readonly shown: Name
  readonly onShow: (name: Name) => void
}

/** Which part of a list is looked at; each with how many there are. */
export function Views<Name extends string>({ label, views, shown, onShow }: ViewsProps<Name>) {
  const group = useId()
  return (
    <fieldset className={styles.views}>
      <legend>{label}</legend>
      {views.map(({ name, label, about, count }) => (
        <label key={name} className={styles.view} title={about}>
          <input type="radio" name={group} checked={name === shown} onChange={() => onShow(name)} />
          {label}
          <span className={styles.viewCount}>{count?.toLocaleString('en')}</span>
        </label>
      ))}
    </fieldset>
  )
}
