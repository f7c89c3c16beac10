package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import al.example.aktivisti.model.PersonRecord;
import al.example.aktivisti.score.Leaderboard;
import al.example.aktivisti.score.Medal;
import android.os.Bundle;
import android.widget.ArrayAdapter;
import android.widget.ImageView;
import android.widget.ListView;
import java.util.ArrayList;
import java.util.List;

/** The hundred best, with first name, last name, municipality and points. */
public class RankingActivity extends TimedActivity {
    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_ranking);
        ImageView medal = findViewById(R.id.medal);
        medal.setImageResource(Medal.forRank(1).image);
        Leaderboard.topUsers(this::show);
    }

    private void show(List<PersonRecord> people) {
        List<String> rows = new ArrayList<>();
        for (PersonRecord person : people) {
            String name = person.firstName + " " + person.lastName;
            rows.add(getString(R.string.ranking_row, rows.size() + 1, name, person.municipality, person.points));
        }
        ListView list = findViewById(R.id.ranking_list);
        list.setAdapter(new ArrayAdapter<>(this, R.layout.row_ranking, rows));
    }
}
