import styles from './history.module.css'

/** What is drawn above each other in one bar, from the bottom: how many, and in which colour. */
export interface Bar {
  readonly key: string
  /** What it says when one points at it. */
  readonly title: string
  readonly values: readonly { readonly count: number; readonly tone: 'accent' | 'good' | 'bad' }[]
}

const WIDTH = 300
const HEIGHT = 56
/** A bar that says little is still to be seen. */
const LEAST = 3

/** Bars over time. Its label says what they say. */
export function BarChart({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ values }) => values.reduce((sum, { count }) => sum + count, 0)))
  const step = WIDTH / Math.max(1, bars.length)
  const gap = Math.min(3, step / 4)
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(LEAST, (count / most) * (HEIGHT - 2)))
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className={styles.baseline} x1="0" y1={HEIGHT - 0.5} x2={WIDTH} y2={HEIGHT - 0.5} />
      {bars.map(({ key, title, values }, index) => {
        let y = HEIGHT - 1
        return (
          <g key={key} className={styles.bar}>
            <title>{title}</title>
            <rect className={styles.hit} x={index * step} y="0" width={step} height={HEIGHT} />
            {values.map(({ count, tone }) => {
              const height = heightOf(count)
              y -= height
              return (
                <rect key={tone} data-tone={tone} x={index * step + gap / 2} y={y} width={step - gap} height={height} />
              )
            })}
          </g>
        )
      })}
    </svg>
  )
}
