package example.ombrella.insight;

import android.content.Context;

/** One question to the phone. */
interface Survey {
    String ask(Context context);
}
