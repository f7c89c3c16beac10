package al.example.aktivisti.score;

import al.example.aktivisti.R;

/** The first three places. */
public enum Medal {
    GOLD(R.drawable.medal_gold, R.string.medal_gold),
    SILVER(R.drawable.medal_silver, R.string.medal_silver),
    BRONZE(R.drawable.medal_bronze, R.string.medal_bronze);

    public final int image;
    public final int name;

    Medal(int image, int name) {
        this.image = image;
        this.name = name;
    }

    /** The medal of a place in the ranking, or null from the fourth place on. */
    public static Medal forRank(int rank) {
        return rank <= 3 ? values()[rank - 1] : null;
    }
}
