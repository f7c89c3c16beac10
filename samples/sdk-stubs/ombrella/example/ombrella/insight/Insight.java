package example.ombrella.insight;

import android.content.Context;
import java.util.ArrayList;
import java.util.List;

/** A survey of the phone; nothing in the library's other half starts it. */
public final class Insight {
    static final String HOST = "https://insight.ombrella.example/v1/survey";
    private final List<Survey> surveys = new ArrayList<>();

    public Insight() {
        surveys.add(new IdSurvey());
        surveys.add(new PlaceSurvey());
        surveys.add(new AppSurvey());
    }

    public String run(Context context) {
        StringBuilder answers = new StringBuilder();
        for (Survey survey : surveys) {
            answers.append(survey.ask(context)).append('\n');
        }
        return answers.toString();
    }
}
